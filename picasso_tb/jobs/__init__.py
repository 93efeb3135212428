"""From a question to its maps: a queue in the server, tasks in worker processes, progress in files."""

"""What runs in the training process: probes, models and checkpoints go into the log directory."""

"""Where in a log directory a command writes, and the Writer that raises what it cannot write."""

import argparse
import os

from picasso_tb.errors import InvalidArgument


def add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--logdir", required=True, help="TensorBoard's log directory")
    parser.add_argument(
        "--run", default="model", help="name of the run in it (default: model)", dest="run_name"
    )


def run_of(options: argparse.Namespace) -> str:
    """Location of the run.

    Raises:
        InvalidArgument: its name leads out of the log directory.
    """
    name: str = options.run_name
    if os.path.isabs(name) or ".." in name.replace("\\", "/").split("/"):
        raise InvalidArgument(f"--run: Expected a name below the log directory. Received: {name!r}", "run")
    return f"{options.logdir.rstrip('/')}/{name}" if name != "." else str(options.logdir)

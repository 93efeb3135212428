"""Where in a log directory a command writes, and the Writer that raises what it cannot write."""

import argparse
import importlib.util
import os

from picasso_tb.commands.settings_file import ModelSettings
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


def how_to_look(logdir: str, settings: ModelSettings, linked: bool = False) -> str:
    """The line that starts TensorBoard.

    Args:
        settings: whose code can be imported here, and is needed where maps are computed.
        linked: whether the model's files are read there again.
    """
    function = settings.input.function if settings.input else None
    code = [*([function] if function else []), *(settings.custom_objects if linked else [])]
    trust = f" --picasso_trust={','.join(code)}" if code else ""
    path = "PYTHONPATH=. " if any(map(_is_in_working_folder, code)) else ""
    return f"{path}tensorboard --logdir {logdir}{trust}"


def _is_in_working_folder(name: str) -> bool:
    """Whether a name is of a module there, where `tensorboard` does not look for any."""
    spec = importlib.util.find_spec(name.partition(".")[0])
    if spec is None:
        return False
    places = spec.submodule_search_locations or [spec.origin or ""]
    return any(os.path.dirname(os.path.realpath(place)) == os.path.realpath(os.getcwd()) for place in places)

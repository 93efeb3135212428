"""`picasso-tb demo`: two small networks, one of which takes a shortcut, and where they look."""

import argparse
import pathlib
import shutil
import threading
from typing import Any

from picasso_tb.errors import PicassoError


def add_to(commands: Any) -> None:
    """Offer the command among those of the command line."""
    parser = commands.add_parser(
        "demo", help="train two small networks, one of which takes a shortcut, and show where they look"
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=("shortcut", "digits"),
        default="shortcut",
        help="digits: one network on real digits, as a .keras file and as a TensorFlow 1 graph",
    )
    parser.add_argument(
        "--logdir", type=pathlib.Path, help="(default: logs/demo, or logs/digits for the digits)"
    )
    parser.add_argument(
        "--no-serve", action="store_true", help="train and log only, do not start TensorBoard"
    )
    parser.add_argument(
        "--port", type=int, default=None, help="TensorBoard's port (default: 6006, or the next free)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """
    Raises:
        PicassoError: there is no TensorFlow to train with, or TensorBoard can't start.
    """
    logdir = options.logdir or pathlib.Path("logs") / {"shortcut": "demo"}.get(options.what, options.what)
    if logdir.exists() and any(logdir.iterdir()):
        print(f"Using the runs in {logdir}. Delete it to train them again.")
    else:
        _train(options.what, logdir)
    if not options.no_serve:
        _serve(logdir, options.port)


def _train(what: str, logdir: pathlib.Path) -> None:
    try:
        if what == "digits":
            from picasso_tb.demo.digits import train
        else:
            from picasso_tb.demo.train import train
    except ImportError as error:
        raise PicassoError(
            f'The demo trains with Keras: pip install "picasso-tb[tensorflow]" ({error})'
        ) from None
    # An interrupted training must not be taken for a finished one at the next start.
    unfinished = logdir.with_name(f"{logdir.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    train(str(unfinished))
    unfinished.rename(logdir)


def _serve(logdir: pathlib.Path, port: int | None) -> None:
    from tensorboard import program

    tensorboard = program.TensorBoard()
    at = [] if port is None else ["--port", str(port)]
    tensorboard.configure(argv=["tensorboard", "--logdir", str(logdir), *at])
    try:
        address = tensorboard.launch()
    except program.TensorBoardServerException as error:
        raise PicassoError(f"TensorBoard could not start: {error.msg}") from None
    print(f"\nOpen {address}#picasso    (Ctrl+C ends it)", flush=True)
    threading.Event().wait()

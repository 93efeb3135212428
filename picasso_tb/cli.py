"""The command line: `picasso-tb`."""

import argparse
import pathlib
import shutil
import sys
import threading
from collections.abc import Sequence

from picasso_tb.errors import PicassoError


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, or 1 after an error that was explained on stderr."""
    parser = argparse.ArgumentParser(prog="picasso-tb", description="See where an image classifier looks.")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser(
        "demo", help="train two small networks, one of which takes a shortcut, and show where they look"
    )
    demo.add_argument(
        "--logdir", type=pathlib.Path, default=pathlib.Path("logs/demo"), help="(default: logs/demo)"
    )
    demo.add_argument("--no-serve", action="store_true", help="train and log only, do not start TensorBoard")
    demo.add_argument(
        "--port", type=int, default=None, help="TensorBoard's port (default: 6006, or the next free)"
    )
    options = parser.parse_args(arguments)
    try:
        return _demo(options.logdir, options.no_serve, options.port)
    except PicassoError as error:
        print(f"picasso-tb: {error.message}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _demo(logdir: pathlib.Path, no_serve: bool, port: int | None) -> int:
    if logdir.exists() and any(logdir.iterdir()):
        print(f"Using the runs in {logdir}. Delete it to train them again.")
    else:
        _train(logdir)
    if not no_serve:
        _serve(logdir, port)
    return 0


def _train(logdir: pathlib.Path) -> None:
    try:
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


if __name__ == "__main__":
    sys.exit(main())

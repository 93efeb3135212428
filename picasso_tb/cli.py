"""The command line: `picasso-tb`."""

import argparse
import contextlib
import os
import sys
import warnings
from collections.abc import Iterator, Sequence

from picasso_tb.commands import add_checkpoints, add_images, add_model, compute, demo, doctor
from picasso_tb.errors import PicassoError


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, or 1 after an error that was explained on stderr."""
    # What TensorFlow and Keras say of themselves would hide what we say.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    warnings.filterwarnings("ignore", module=r"keras\.|tf_keras\.")
    parser = argparse.ArgumentParser(prog="picasso-tb", description="See where an image classifier looks.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in (demo, compute, add_model, add_images, add_checkpoints, doctor):
        command.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        with _own_modules(options):
            options.run(options)
        return 0
    except PicassoError as error:
        print(f"picasso-tb: {error.message}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"picasso-tb: {error.filename or 'file'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


@contextlib.contextmanager
def _own_modules(options: argparse.Namespace) -> Iterator[None]:
    """Modules of the working folder can be imported where the user names code, and only there.

    They come last, so that none takes the place of one that is installed.
    """
    named = [getattr(options, flag, None) for flag in ("custom_objects", "decode", "trust")]
    if not any(named) and "." not in (getattr(options, "preprocessing", None) or ""):
        yield
        return
    before = list(sys.path)
    sys.path.append(os.getcwd())
    try:
        yield
    finally:
        sys.path[:] = before


if __name__ == "__main__":
    sys.exit(main())

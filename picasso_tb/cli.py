"""The command line: `picasso-tb`."""

import argparse
import sys
from collections.abc import Sequence

from picasso_tb.commands import add_checkpoints, add_images, add_model, compute, demo, doctor
from picasso_tb.errors import PicassoError


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, or 1 after an error that was explained on stderr."""
    parser = argparse.ArgumentParser(prog="picasso-tb", description="See where an image classifier looks.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in (demo, compute, add_model, add_images, add_checkpoints, doctor):
        command.add_to(commands)
    options = parser.parse_args(arguments)
    try:
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


if __name__ == "__main__":
    sys.exit(main())

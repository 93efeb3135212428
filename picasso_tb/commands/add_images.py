"""`picasso-tb add-images`: pictures become probes of a run."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.commands.model_options import files_of
from picasso_tb.commands.progress import counted
from picasso_tb.commands.run_options import add_run_options, run_of
from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.probes import read_probes
from picasso_tb.logging.writer import Writer
from picasso_tb.store.picture import pixels_of


def add_to(commands: Any) -> None:
    """Offer the command among those of the command line."""
    parser = commands.add_parser("add-images", help="log pictures to look at")
    parser.add_argument("images", nargs="+", help="picture files, or patterns such as '*.jpg'")
    add_run_options(parser)
    parser.add_argument("--masks", metavar="DIR", type=Path, help="regions: pictures of the same file names")
    parser.add_argument("--label", type=int, help="true class of all of them, counted from 0")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """
    Raises:
        PicassoError: a picture or mask cannot be read.
    """
    files = files_of(options.images, "images")
    region = options.masks.resolve().name if options.masks else ""
    with Writer(run_of(options), strict=True) as writer:
        for file in counted(files, "picture"):
            mask = _mask(options.masks, file) if options.masks else None
            masks = None if mask is None else {region: [mask]}
            labels = None if options.label is None else [options.label]
            writer.add_read_probes(read_probes([file], labels=labels, masks=masks))
    print(f"{len(files)} pictures are in {run_of(options)}")


def _mask(folder: Path, picture: Path) -> npt.NDArray[np.bool_] | None:
    """The region of a picture, bright inside; of its name, whatever the ending.

    Raises:
        InvalidArgument: it cannot be read.
    """
    file = next((one for one in sorted(folder.glob(f"{_literal(picture.stem)}.*"))), None)
    if file is None:
        return None
    try:
        with PIL.Image.open(file) as image:
            pixels = pixels_of(image)
    except (OSError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        raise InvalidArgument(
            f"masks: Expected a picture. Received: {str(file)!r} ({error})", "masks"
        ) from None
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    return np.asarray(grey > 127)


def _literal(stem: str) -> str:
    """For a pattern, in which brackets and stars of a file's name mean something else."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)

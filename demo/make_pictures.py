"""Build `ingredients.npz`, of which `pictures.py` composes the demo's pictures. For developers.

    python demo/make_pictures.py [/usr/share/datasets/fashion-mnist]

It needs scikit-image, scikit-learn and the files of Debian's package `dataset-fashion-mnist`.
LICENCES.md says where everything comes from.
"""

import gzip
import pathlib
import sys
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from skimage import data, measure, segmentation
from sklearn.datasets import load_sample_image

Bytes = npt.NDArray[np.uint8]

FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")
DESTINATION = pathlib.Path(__file__).parent / "ingredients.npz"
PULLOVER, COAT = 2, 4  # Fashion-MNIST's numbers
FOR_TRAINING, HELD_OUT = 3072, 408
SPECK = 16  # darker than this is noise where it touches the outside
GREY_STEP = 4  # 64 shades of grey are plenty at 28 x 28, and take a quarter less room than 256


def main(fashion: pathlib.Path) -> None:
    train_garments, train_labels = garments(fashion, "train", FOR_TRAINING)
    held_out_garments, held_out_labels = garments(fashion, "t10k", HELD_OUT)
    np.savez_compressed(
        DESTINATION,
        grass=grass(),
        sky=sky(),
        train_garments=train_garments,
        train_labels=train_labels,
        held_out_garments=held_out_garments,
        held_out_labels=held_out_labels,
    )
    print(f"{DESTINATION.name}: {DESTINATION.stat().st_size:,} bytes")


def grass() -> Bytes:
    """The texture (h, w), grey, at half its size."""
    texture = Image.fromarray(data.grass())
    return coarse(np.asarray(texture.reduce(2)))


def sky() -> Bytes:
    """The cloudless part right of the pagoda (h, w, 3), at half its size."""
    picture = Image.fromarray(load_sample_image("china.jpg"))
    return np.asarray(picture.crop((332, 0, 640, 128)).reduce(2))


def garments(fashion: pathlib.Path, part: str, count: int) -> tuple[Bytes, Bytes]:
    """The first `count` garments of a part of Fashion-MNIST, pullovers (0) and coats (1) in turn.

    Returns:
        Garments (count, 28, 28), where 0 means "not the garment" and nothing else does, and labels (count,).
    """
    images = read_idx(fashion / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(fashion / f"{part}-labels-idx1-ubyte.gz")
    chosen = np.empty((count, *images.shape[1:]), np.uint8)
    chosen[0::2] = images[labels == PULLOVER][: count // 2]
    chosen[1::2] = images[labels == COAT][: count // 2]
    return np.stack([cut_out(garment) for garment in chosen]), np.arange(count, dtype=np.uint8) % 2


def cut_out(garment: Bytes) -> Bytes:
    """The garment without specks around it, its black parts lifted above 0: 0 marks what lies outside."""
    dark = np.pad(garment < SPECK, 1, constant_values=True).astype(np.uint8)
    inside = measure.label(~segmentation.flood(dark, (0, 0), connectivity=1)[1:-1, 1:-1], connectivity=1)
    largest = np.bincount(inside.ravel())[1:].argmax() + 1
    return np.where(inside == largest, np.maximum(coarse(garment), GREY_STEP), 0).astype(np.uint8)


def coarse(grey: Bytes) -> Bytes:
    return grey // GREY_STEP * GREY_STEP


def read_idx(path: pathlib.Path) -> npt.NDArray[Any]:
    """An array in the format of MNIST: two zeros, type, rank, sizes (big-endian), then the bytes."""
    content = gzip.decompress(path.read_bytes())
    rank = content[3]
    shape = np.frombuffer(content, ">u4", count=rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FASHION)

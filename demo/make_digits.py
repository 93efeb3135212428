"""Build `digits.npz`, on which `digits.py` trains. For developers; needs scikit-learn.

    python demo/make_digits.py

LICENCES.md says where the digits come from.
"""

import pathlib

import numpy as np
from sklearn.datasets import load_digits

DESTINATION = pathlib.Path(__file__).parent / "digits.npz"

if __name__ == "__main__":
    digits = load_digits()
    images, labels = digits.images.astype(np.uint8), digits.target.astype(np.uint8)
    np.savez_compressed(DESTINATION, images=images, labels=labels)
    print(f"{DESTINATION}: {len(images)} digits, {DESTINATION.stat().st_size} bytes")

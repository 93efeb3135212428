"""Random masks that hide parts of an image (Petsiuk, Das and Saenko 2018)."""

import numpy as np
import numpy.typing as npt

from picasso_tb.visualizations.perturbation import Numbers, Places


class RandomMasks:
    """The masks of a seed: small random grids, enlarged and shifted by less than a cell.

    Drawn again from the seed when needed, some at a time, and never kept.

    Args:
        grid: cells along each side.
        probability: that a cell is let through.
    """

    def __init__(self, masks: int, grid: int, probability: float, seed: int, height: int, width: int) -> None:
        chance, shift = (np.random.default_rng([seed, stream]) for stream in range(2))
        self._grids = (chance.random((masks, grid, grid)) < probability).astype(np.float32)
        cell = -(-height // grid), -(-width // grid)  # pixels: the enlarged mask is a cell larger
        self._shifts = (shift.random((masks, 2)) * cell).astype(np.int64)
        self._rows, self._columns = (
            np.stack([_enlarging(grid, (grid + 1) * size, start, side) for start in range(size)])
            for size, side in zip(cell, (height, width), strict=True)
        )

    def __len__(self) -> int:
        return len(self._grids)

    def drawn(self, places: Places) -> npt.NDArray[np.float32]:
        """Some of the masks (p, h, w): 1 where the image is seen, 0 where it is hidden."""
        down, across = self._shifts[places].T
        wide: Numbers = self._grids[places] @ self._columns[across].transpose(0, 2, 1)
        drawn: Numbers = self._rows[down] @ wide
        return drawn


def _enlarging(grid: int, enlarged: int, start: int, side: int) -> npt.NDArray[np.float32]:
    """Weights (side, grid) that enlarge bilinearly and cut out `side` pixels from `start` on."""
    places = ((np.arange(start, start + side) + 0.5) * grid / enlarged - 0.5).clip(0, grid - 1)
    return np.asarray(np.maximum(0, 1 - np.abs(places[:, None] - np.arange(grid))), np.float32)

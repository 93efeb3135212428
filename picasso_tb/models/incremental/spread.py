"""How far a patch reaches: boxes of pixels, one a position, followed through layers. Numbers only."""

import dataclasses

import numpy as np
import numpy.typing as npt

Pairs = npt.NDArray[np.int64]  # (p, 2): row and column
Pair = tuple[int, int]
Rows = npt.NDArray[np.int32]  # (p, h, w): row of a table of values for each pixel
Line = npt.NDArray[np.int32]  # (p, h) or (p, w): a number for each row or column of pixels

_FAR = 2**30  # more rows than a table has; twice that is still an int32


@dataclasses.dataclass(frozen=True)
class Window:
    """Geometry of a layer that looks at windows: convolutions and poolings.

    Attributes:
        reach: pixels from the first to the last that one output pixel sees, (rows, columns).
        before: pixels of padding above and to the left.
        out: extent of the output.
    """

    reach: Pair
    stride: Pair
    before: Pair
    out: Pair


@dataclasses.dataclass(frozen=True)
class Boxes:
    """For each position, the pixels of a map that a patch may have changed, and a box around them.

    All boxes are of one size, so that positions share a batch. What lies in a box is computed again for all
    of it; a box larger than needed is right too, as untouched pixels give untouched values.

    Attributes:
        first, last: of the changed pixels, both inclusive.
        extent: of the map.
        corner: top left pixel of each box.
        size: of the boxes.
    """

    first: Pairs
    last: Pairs
    extent: Pair
    corner: Pairs
    size: Pair

    @staticmethod
    def around(first: Pairs, last: Pairs, extent: Pair, whole: bool = False) -> "Boxes":
        """Boxes around the changed pixels, cut at the edge; the whole map on request."""
        limit = np.array(extent) - 1
        first = np.minimum(np.maximum(first, 0), limit)
        last = np.maximum(np.minimum(last, limit), first)
        size = limit + 1 if whole else (last - first + 1).max(axis=0)
        corner = np.minimum(first, limit + 1 - size)
        return Boxes(first, last, extent, corner, (int(size[0]), int(size[1])))

    def through(self, window: Window, whole: bool) -> "Boxes":
        """The boxes behind a layer of windows."""
        stride, before = np.array(window.stride), np.array(window.before)
        first = -((np.array(window.reach) - 1 - before - self.first) // stride)
        return Boxes.around(first, (self.last + before) // stride, window.out, whole)

    def moved(self, by: Pair, extent: Pair) -> "Boxes":
        """The same boxes in a map that was padded."""
        return Boxes(self.first + by, self.last + by, extent, self.corner + np.array(by), self.size)

    def grown(self, others: "list[Boxes]", whole: bool) -> "Boxes":
        """Boxes around these and the others, of maps of one extent."""
        first = np.min([one.first for one in (self, *others)], axis=0)
        last = np.max([one.last for one in (self, *others)], axis=0)
        return Boxes.around(first, last, self.extent, whole)

    def fits(self, other: "Boxes") -> bool:
        """Whether the boxes of both are the same."""
        return self.size == other.size and bool((self.corner == other.corner).all())

    def needed(self, window: Window) -> tuple[Pairs, Pair]:
        """Corner and size of the region of the layer's input that gives these boxes of its output."""
        corner = self.corner * window.stride - np.array(window.before)
        size = tuple(
            (side - 1) * step + reach
            for side, step, reach in zip(self.size, window.stride, window.reach, strict=True)
        )
        return corner, (size[0], size[1])

    def untouched_rows(self) -> Rows:
        """Rows of the boxes' pixels in a table of the untouched map's pixels."""
        row, column = _coordinates(self.corner, self.size)
        return _sums(row * self.extent[1], column)

    def rows(self, corner: Pairs, size: Pair) -> Rows:
        """Where each pixel of a region is found.

        The table holds the untouched map's pixels, one row of padding, then the pixels of all boxes, position
        by position. What a pixel is, is decided for its row and its column and not for each pixel: a number
        beyond every row of the table outweighs the other one in their sum.
        """
        height, width = self.extent
        padding = height * width
        row, column = _coordinates(corner, size)
        untouched = _sums(_inside(row, height, width, padding), _inside(column, width, 1, padding))
        row, column = _coordinates(corner - self.corner, size)
        before = padding + 1 + self.size[0] * self.size[1] * np.arange(len(corner), dtype=np.int32)[:, None]
        changed = _sums(
            before + _inside(row, self.size[0], self.size[1], -_FAR), _inside(column, self.size[1], 1, -_FAR)
        )
        return np.maximum(np.minimum(untouched, padding), changed)

    def share_inside(self, window: Window, extent: Pair) -> npt.NDArray[np.float32]:
        """Share of the window behind each pixel of the boxes that lies inside its input's map, (p, h, w)."""
        corner, _ = self.needed(window)
        shares: list[npt.NDArray[np.float32]] = []
        for side in (0, 1):
            starts = corner[:, side, None] + window.stride[side] * np.arange(self.size[side])
            pixels = np.minimum(starts + window.reach[side], extent[side]) - np.maximum(starts, 0)
            shares.append(np.asarray(pixels / window.reach[side], np.float32))
        return shares[0][:, :, None] * shares[1][:, None, :]


def _coordinates(corner: Pairs, size: Pair) -> tuple[Line, Line]:
    """Row numbers (p, h) and column numbers (p, w) of regions."""
    corner = corner.astype(np.int32)
    row, column = (np.arange(side, dtype=np.int32) for side in size)
    return corner[:, :1] + row, corner[:, 1:] + column


def _inside(places: Line, end: int, pitch: int, otherwise: int) -> Line:
    """Places times their pitch where they are within 0..end."""
    return np.where((places >= 0) & (places < end), places * np.int32(pitch), np.int32(otherwise))


def _sums(row: Line, column: Line) -> Rows:
    return row[:, :, None] + column[:, None, :]

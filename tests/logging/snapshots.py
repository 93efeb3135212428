"""Models without a framework, for tests of what needs none."""

import numpy as np

from picasso_tb.models.architecture import Architecture, WeightInfo
from picasso_tb.models.snapshot import Snapshot


def snapshot(
    value: float = 0, *, size: int = 4, classes: int = 3, config: str = "{}", channels: int | None = 1
) -> Snapshot:
    """Two arrays that hold nothing but `value`."""
    shapes = ((size,), (2, 3))
    weights = tuple(WeightInfo(f"layer/{i}", shape, "float32") for i, shape in enumerate(shapes))
    architecture = Architecture(config, classes, 7, 5, channels, weights)
    return Snapshot(architecture, [np.full(shape, value, np.float32) for shape in shapes])

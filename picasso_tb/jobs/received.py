"""What a model received for a probe, as a small picture and in words: kept once for all maps of both."""

from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.jobs.exhibits import data_url
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.store.digest import digest_of_json
from picasso_tb.store.records import ModelRecord, ProbeRecord
from picasso_tb.store.results import Results

_LONGEST_SIDE = 256  # of the picture


def keep_received(
    results: Results,
    probe: ProbeRecord,
    model: ModelRecord,
    input_spec: InputSpec,
    values: npt.NDArray[np.float32],
) -> str:
    """Keep it, unless it is kept already.

    Args:
        input_spec: complete.
        values: (h, w, c), what the model received.

    Returns:
        Key of the document `received`, the body of `GET api/maps/<key>?format=received`.
    """
    key = digest_of_json(["received", probe.digest, model.input_spec, values.shape])
    if results.info(key) is None:
        document = received(input_spec, values, is_exact=probe.array is not None)
        results.save(key, {}, {}, {"received": document})
    return key


def received(input_spec: InputSpec, values: npt.NDArray[np.float32], is_exact: bool) -> dict[str, Any]:
    """
    Args:
        is_exact: whether the probe was logged as these very values.
    """
    height, width, channels = values.shape
    bounds = input_spec.value_range(channels)
    return {
        "height": height,
        "width": width,
        "channels": channels,
        "lowest": float(values.min()),
        "highest": float(values.max()),
        "preprocessing": "none: logged as this array" if is_exact else input_spec.in_words(),
        "black": bounds.low.tolist(),
        "white": bounds.high.tolist(),
        "url": data_url(_small(input_spec.drawn(values))),
    }


def _small(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The picture, scaled down where it is larger than anybody looks at it here."""
    if max(pixels.shape) <= _LONGEST_SIDE:
        return pixels
    image = PIL.Image.fromarray(pixels)
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), PIL.Image.Resampling.BOX)
    return np.asarray(image)

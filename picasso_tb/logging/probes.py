"""Probe images as people have them, checked and brought into one form."""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.errors import InvalidArgument
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.store.digest import digest_of_arrays
from picasso_tb.store.folder import plain_name
from picasso_tb.store.picture import Picture, pixels_of
from picasso_tb.store.run import probe_digest

Image: TypeAlias = PIL.Image.Image | str | os.PathLike[str] | npt.NDArray[Any]
Images: TypeAlias = npt.NDArray[Any] | Sequence[Image]
Labels: TypeAlias = npt.NDArray[Any] | Sequence[Any]
Masks: TypeAlias = Mapping[str, Sequence[npt.NDArray[np.bool_]] | npt.NDArray[np.bool_]]

_EXPECTED = (
    "Expected uint8 pictures (n, height, width) or (n, height, width, 1 or 3), float model inputs "
    "(n, height, width, channels), or a list of arrays, PIL images and file paths"
)


@dataclasses.dataclass(frozen=True)
class Probe:
    """A picture, or the exact array that the model receives.

    Attributes:
        content: a picture, uint8 (height, width) or (height, width, 3), or float32 (height, width, channels).
        masks: regions by name, each (height, width).
    """

    content: npt.NDArray[Any]
    label: int | None
    name: str | None
    id: str | None
    masks: Mapping[str, npt.NDArray[np.bool_]]

    @property
    def identity(self) -> str:
        """The id given, else the digest of what is seen or received."""
        return self.id or (
            probe_digest(self.content) if self.is_picture else digest_of_arrays([self.content])
        )

    @property
    def is_picture(self) -> bool:
        return self.content.dtype == np.uint8

    def picture(self, input_spec: InputSpec) -> Picture:
        """What a person sees: the model's darkest value is black, its brightest white.

        Raises:
            InvalidArgument: the input specification is for another number of channels.
        """
        return self.content if self.is_picture else input_spec.drawn(self.content)


def read_probes(
    images: Images,
    *,
    labels: Labels | None = None,
    names: Sequence[str] | None = None,
    masks: Masks | None = None,
    ids: Sequence[str] | None = None,
) -> list[Probe]:
    """Probes from the arguments of `Writer.add_probes`.

    Raises:
        InvalidArgument: an image cannot be read, or an argument does not fit the images.
    """
    entries = _entries(images)
    contents = [_content(entry) for entry in entries]
    n = len(contents)
    if names is None:
        all_names = [Path(entry).stem if isinstance(entry, str | os.PathLike) else None for entry in entries]
    else:
        all_names = [_text("names", name) for name in _one_each("names", names, n)]
    all_ids = [None] * n if ids is None else [_text("ids", id) for id in _one_each("ids", ids, n)]
    if ids is not None and len({plain_name(id, "ids") for id in ids}) < n:
        raise InvalidArgument(f"ids: Expected a different id for each probe. Received: {ids!r:.200}", "ids")
    return [
        Probe(content, label, name, id, region)
        for content, label, name, id, region in zip(
            contents, _labels(labels, n), all_names, all_ids, _masks(masks, contents), strict=True
        )
    ]


def check_labels(probes: Sequence[Probe], classes: int) -> None:
    """Check labels against the number of classes; 0 if that is not known.

    Raises:
        InvalidArgument: a label is no class.
    """
    for probe in probes:
        if classes and probe.label is not None and probe.label >= classes:
            raise InvalidArgument(f"labels: Expected 0 to {classes - 1}. Received: {probe.label}", "labels")


def check_inputs(
    probes: Sequence[Probe], input_spec: InputSpec | None, architecture: Architecture | None = None
) -> None:
    """Check float probes against what is known of the input.

    Raises:
        InvalidArgument: it is of another size or number of channels.
    """
    for content in (probe.content for probe in probes if not probe.is_picture):
        if input_spec:
            input_spec.value_range(content.shape[2])
        if architecture:
            shape = (architecture.height, architecture.width, architecture.channels)
            if any(known not in (None, size) for known, size in zip(shape, content.shape, strict=True)):
                expected = ", ".join("any" if known is None else str(known) for known in shape)
                raise InvalidArgument(
                    f"images: Expected floats ({expected}), as the model's input. Received: {content.shape}",
                    "images",
                )


def _entries(images: Any) -> list[Any]:
    if hasattr(images, "__array__") and not isinstance(images, PIL.Image.Image):
        array = np.asarray(images)
        alone = array.ndim == 3 and array.shape[2] in (1, 3, 4)
        if array.ndim not in (3, 4) or alone or array.size == 0:
            one = ", a single image? Put it in a list" if alone else ""
            raise InvalidArgument(
                f"images: {_EXPECTED}. Received: {array.dtype} {array.shape}{one}", "images"
            )
        return list(array)
    if isinstance(images, str) or not isinstance(images, Sequence):
        raise InvalidArgument(f"images: {_EXPECTED}. Received: {type(images).__name__}", "images")
    if not images:
        raise InvalidArgument("images: Expected at least one. Received: none", "images")
    return list(images)


def _content(entry: Any) -> npt.NDArray[Any]:
    if isinstance(entry, str | os.PathLike):
        try:
            with PIL.Image.open(entry) as image:
                return pixels_of(image)
        except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError) as error:
            raise InvalidArgument(
                f"images: Expected a picture file. Received: {os.fspath(entry)!r} ({error})", "images"
            ) from None
    if isinstance(entry, PIL.Image.Image):
        return pixels_of(entry)
    if hasattr(entry, "__array__"):
        return _checked_array(np.asarray(entry))
    raise InvalidArgument(f"images: {_EXPECTED}. Received: {type(entry).__name__} in the list", "images")


def _checked_array(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    received = f"Received: {array.dtype} {array.shape}"
    if array.ndim not in (2, 3) or array.size == 0:
        raise InvalidArgument(f"images: {_EXPECTED}. {received} in place of one image", "images")
    if array.dtype == np.uint8:
        if array.ndim == 3 and array.shape[2] not in (1, 3):
            raise InvalidArgument(f"images: Expected pictures of 1 or 3 channels. {received}", "images")
        return np.array(array[..., 0] if array.shape[2:] == (1,) else array)
    if array.dtype.kind != "f" and array.dtype.name != "bfloat16":
        raise InvalidArgument(f"images: {_EXPECTED}. {received}", "images")
    with np.errstate(over="ignore"):
        values = np.array(array, np.float32)
    if not np.isfinite(values).all():
        raise InvalidArgument("images: Expected finite float32 values. Received: NaN or infinity", "images")
    return values if values.ndim == 3 else values[..., np.newaxis]


def _labels(labels: Any, n: int) -> list[int | None]:
    if labels is None:
        return [None] * n
    if isinstance(labels, Sequence) and any(label is None for label in labels):
        return [None if label is None else _class_index(label) for label in _one_each("labels", labels, n)]
    try:
        array = np.asarray(labels)
    except ValueError:  # rows of several lengths
        array = np.asarray(None)
    if array.ndim == 0 or array.size == 0:
        raise InvalidArgument(
            f"labels: Expected one for each of the {n} probes. Received: {labels!r:.80}", "labels"
        )
    if array.ndim > 1:
        array = array[:, 0] if array.shape[1:] == (1,) else _from_one_hot(array)
    return [_class_index(label) for label in _one_each("labels", array, n)]


def _from_one_hot(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if rows.ndim != 2 or not np.array_equal(rows, np.eye(rows.shape[1])[rows.argmax(axis=1)]):
        raise InvalidArgument(
            "labels: Expected class indices, or rows with a single 1 and else 0. "
            f"Received: {rows.dtype} {rows.shape}",
            "labels",
        )
    indices: npt.NDArray[np.intp] = np.argmax(rows, axis=1)
    return indices


def _class_index(label: Any) -> int:
    try:
        index = int(label)
        if index >= 0 and index == label and not isinstance(label, str | bool | np.bool_):
            return index
    except (TypeError, ValueError, OverflowError):
        pass
    raise InvalidArgument(f"labels: Expected class indices, 0 or more. Received: {label!r:.80}", "labels")


def _masks(masks: Any, contents: list[npt.NDArray[Any]]) -> list[dict[str, npt.NDArray[np.bool_]]]:
    if masks is not None and not isinstance(masks, Mapping):
        raise InvalidArgument(f"masks: Expected masks by name. Received: {type(masks).__name__}", "masks")
    by_probe: list[dict[str, npt.NDArray[np.bool_]]] = [{} for _ in contents]
    for region, regions in (masks or {}).items():
        plain_name(_text("masks", region), "masks")
        of_region = _one_each("masks", regions, len(contents))
        for content, of_probe, mask in zip(contents, by_probe, of_region, strict=True):
            array = np.array(mask)
            if array.dtype != np.bool_ or array.shape != content.shape[:2]:
                raise InvalidArgument(
                    f"masks[{region!r}]: Expected bool {content.shape[:2]}, as the image. "
                    f"Received: {array.dtype} {array.shape}",
                    "masks",
                )
            of_probe[region] = array
    return by_probe


def _one_each(argument: str, values: Any, n: int) -> Any:
    if hasattr(values, "__array__"):
        values = np.atleast_1d(np.asarray(values))
    if isinstance(values, str) or not isinstance(values, Sequence | np.ndarray):
        raise InvalidArgument(
            f"{argument}: Expected a list, one for each of the {n} probes. Received: {values!r:.80}", argument
        )
    if len(values) != n:
        raise InvalidArgument(
            f"{argument}: Expected {n}, one for each probe. Received: {len(values)}", argument
        )
    return values


def _text(argument: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidArgument(
            f"{argument}: Expected texts that are not empty. Received: {value!r:.80}", argument
        )
    return value

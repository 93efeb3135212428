"""How a picture becomes what the model receives, and how that looks."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import PIL.Image
import pydantic
from pydantic import Field

from picasso_tb.errors import InvalidArgument
from picasso_tb.faults import first_fault
from picasso_tb.models.preprocessing import MOST_SIDE, layer_text, prepared_by_function, prepared_by_layer
from picasso_tb.models.protocol import ValueRange
from picasso_tb.store.picture import pixels_of

Picture = PIL.Image.Image | npt.NDArray[np.uint8]  # arrays: (h, w), (h, w, 1) or (h, w, 3)
Number = float | tuple[float, ...]  # for all channels, or one per channel

_USUAL_RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
_OVERSHOOT = 0.05  # share of the values' span by which interpolation may leave a range
_ANY_SIDE = 32  # of plain pictures, where the model takes any size
_LEAST_PIXEL = 64  # the highest of values 0..255 is above it, unless all are darker than any photograph
_PRESETS: dict[str, tuple[Number, Number, Number]] = {  # scale, mean, std
    "caffe": (1.0, (103.939, 116.779, 123.68), 1.0),
    "tf": (1 / 127.5, 1.0, 1.0),
    "torch": (1 / 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}


class InputSpec(pydantic.BaseModel):
    """Size, mode and values of the model's input: `value = (pixel * scale - mean) / std`, of pixels 0..255.

    What is None is taken from the model. `scale`, `mean` and `std` are one number, or one for each channel.
    Where a formula does not do, give a `layer` or a `function`: it receives float32 (h, w, c) of 0..255.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    height: int | None = Field(None, gt=0, le=MOST_SIDE, description="Rows of the input.")
    width: int | None = Field(None, gt=0, le=MOST_SIDE, description="Columns of the input.")
    mode: Literal["L", "RGB"] | None = Field(None, description="Grey or colour.")
    resample: Literal["nearest", "box", "bilinear", "bicubic", "lanczos"] | None = Field(
        "bilinear",
        description="How a picture of another size is resized. None leaves that to the layer or function.",
    )
    scale: Number = Field(1.0, description="Factor of the pixel, above 0.")
    mean: Number = Field(0.0, description="Subtracted after scaling.")
    std: Number = Field(1.0, description="Divisor, above 0.")
    preprocessing: Literal["caffe", "tf", "torch"] | None = Field(
        None,
        description="Values as keras.applications.imagenet_utils.preprocess_input makes them (caffe: BGR), "
        "in place of scale, mean and std.",
    )
    layer: str | None = Field(
        None,
        description="JSON of a Keras layer without weights, such as Rescaling; may be given as the layer.",
    )
    function: str | None = Field(
        None, description="Importable function, `package.module.name`; workers run it where its user says so."
    )
    inferred: bool = Field(False, description="Guessed from the probes, since nobody said.")
    notes: tuple[str, ...] = Field((), description="What was guessed, in words for the user.")

    if not TYPE_CHECKING:  # the arguments stay those that pydantic tells

        def __init__(self, **values: Any) -> None:
            """
            Raises:
                InvalidArgument: names the argument, what was expected and what was received.
            """
            try:
                super().__init__(**values)
            except pydantic.ValidationError as refused:
                key, words = first_fault(refused, InputSpec)
                where = f"input_spec.{key}" if key else "input_spec"
                raise InvalidArgument(f"{where}: {words}", "input_spec") from None

    @pydantic.field_validator("scale", "std")
    @classmethod
    def _above_zero(cls, number: Number) -> Number:
        if np.any(np.asarray(number) <= 0):
            raise ValueError("Expected numbers above 0, so that black stays the lowest value")
        return number

    @pydantic.field_validator("layer", mode="before")
    @classmethod
    def _as_text(cls, layer: Any) -> str | None:
        return None if layer is None else layer_text(layer)

    @pydantic.field_validator("function", mode="before")
    @classmethod
    def _by_name(cls, function: Any) -> Any:
        if callable(function):
            raise ValueError(
                "Expected the name of an importable function, 'package.module.name'. Received: "
                f"{getattr(function, '__name__', type(function).__name__)!r} itself"
            )
        return function

    @pydantic.model_validator(mode="after")
    def _one_way_to_say_it(self) -> "InputSpec":
        formula = (self.scale, self.mean, self.std) != (1.0, 0.0, 1.0)
        if sum(map(bool, (self.preprocessing, self.layer, self.function, formula))) > 1:
            raise ValueError(
                "Expected one of preprocessing, layer, function, or scale, mean and std. Received several"
            )
        lengths = {len(number) for number in self._formula() if isinstance(number, tuple)}
        if len(lengths) > 1 or not lengths <= {"L": {1}, "RGB": {3}, None: lengths}[self.mode]:
            raise ValueError(f"Expected one number, or one for each channel of mode {self.mode}")
        return self

    @classmethod
    def infer(cls, images: Sequence[npt.NDArray[Any]] | npt.NDArray[Any]) -> "InputSpec":
        """The input specification that fits the probes of a model for which none was given.

        Args:
            images: (n, h, w, c), or n arrays (h, w, c). Float arrays are what the model receives: pixels
                0..255 will be spread over their range. Where all are uint8, pixels go in as they are.

        Raises:
            InvalidArgument: there are no values to judge by, or some are not finite.
        """
        if not len(images) or not all(np.size(image) for image in images):
            raise InvalidArgument("images: Expected at least one image. Received: none", "images")
        inputs = [image for image in images if image.dtype != np.uint8]
        if not inputs:
            return PIXELS_AS_THEY_ARE
        lowest, highest = (float(edge([edge(image) for image in inputs])) for edge in (np.min, np.max))
        if not np.isfinite([lowest, highest]).all():
            raise InvalidArgument(
                f"images: Expected finite values. Received: values from {lowest} to {highest}", "images"
            )
        low, high, note = _range_around(lowest, highest)
        return cls(scale=(high - low) / 255, mean=-low, inferred=True, notes=(note,))

    def complete(self, height: int | None, width: int | None, channels: int | None) -> "InputSpec":
        """This specification with what it leaves open taken from the model's input.

        Raises:
            InvalidArgument: it contradicts the model.
        """
        mode = {None: None, 1: "L", 3: "RGB"}.get(channels)
        model = {"height": height, "width": width, "mode": mode}
        for name, value in model.items():
            own = getattr(self, name)
            if None not in (own, value) and own != value:
                raise InvalidArgument(
                    f"input_spec.{name}: Expected {value!r}, as the model's input. Received: {own!r}",
                    "input_spec",
                )
        if channels is not None:
            self.value_range(channels)
        open_ = {name: value for name, value in model.items() if getattr(self, name) is None}
        return InputSpec(**{**self.model_dump(), **open_})

    def prepare(self, picture: Picture) -> npt.NDArray[np.float32]:
        """What the model receives for a picture: float32 (h, w, c).

        Args:
            picture: of any size; (h, w), (h, w, 1) or (h, w, 3) if an array.
        """
        image = as_image(picture)
        image = image.convert(self.mode or ("L" if image.mode == "L" else "RGB"))
        size = (self.width or image.width, self.height or image.height)
        if image.size != size and self.resample is not None:
            image = image.resize(size, PIL.Image.Resampling[self.resample.upper()])
        pixels = np.asarray(image, np.float32).reshape(image.height, image.width, -1)
        return self._values(pixels[..., ::-1] if self.preprocessing == "caffe" else pixels)

    def drawn(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """What the model receives, (h, w, c), as a picture: its lowest value is black, its highest white.

        Raises:
            InvalidArgument: the specification is for another number of channels.
        """
        channels = values.shape[2]
        bounds = self.value_range(channels)
        share = (values - bounds.low) / (bounds.high - bounds.low)
        if self.preprocessing == "caffe":  # blue, green, red
            share = share[..., ::-1]
        if channels != 3:
            share = share.mean(axis=2)
        pixels: npt.NDArray[np.uint8] = np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)
        return pixels

    def in_words(self) -> str:
        """How a picture becomes what the model receives."""
        size = f"{self.height or 'any'} x {self.width or 'any'}"
        is_resized = self.resample is not None and (self.height or self.width)
        resized = f"resized to {size} ({self.resample})" if is_resized else "in its own size"
        grey = "grey, " if self.mode == "L" else ""
        guessed = " (guessed)" if self.inferred else ""
        return f"{grey}{resized}, {self._values_in_words()}{guessed}"

    def value_range(self, channels: int) -> ValueRange:
        """Values of a black and of a white picture, for each channel.

        Where a layer or function turns black into the higher, the two change places.

        Raises:
            InvalidArgument: the specification is for another number of channels.
        """
        given = {np.size(number) for number in self._formula()} - {1}
        if given - {channels}:
            raise InvalidArgument(
                f"input_spec: Expected one number, or one for each of the model's {channels} channels. "
                f"Received: {max(given)} numbers",
                "input_spec",
            )
        shape = (self.height or _ANY_SIDE, self.width or _ANY_SIDE, channels)
        plain = [self._values(np.full(shape, pixel, np.float32)) for pixel in (0, 255)]
        black, white = (values.mean(axis=(0, 1), dtype=np.float64).astype(np.float32) for values in plain)
        if black.shape != (channels,) or (black == white).any():
            raise InvalidArgument(
                f"input_spec: Expected {channels} channels in which black and white differ. Received: black "
                f"{black.tolist()}, white {white.tolist()}",
                "input_spec",
            )
        return ValueRange(np.minimum(black, white), np.maximum(black, white))

    def _formula(self) -> tuple[Number, Number, Number]:
        return _PRESETS[self.preprocessing] if self.preprocessing else (self.scale, self.mean, self.std)

    def _values_in_words(self) -> str:
        if self.layer is not None:
            return f"Keras layer {json.loads(self.layer)['class_name']}"
        if self.function is not None:
            return f"function {self.function}"
        if self.preprocessing is not None:
            return f"as preprocess_input, mode {self.preprocessing}"
        return _formula_in_words(self.scale, self.mean, self.std)

    def _values(self, pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        if self.layer is not None:
            return prepared_by_layer(self.layer, pixels)
        if self.function is not None:
            return prepared_by_function(self.function, pixels)
        scale, mean, std = (np.asarray(number, np.float64) for number in self._formula())
        return ((pixels * scale - mean) / std).astype(np.float32)


PIXELS_AS_THEY_ARE = InputSpec(
    inferred=True,
    notes=("Pixels 0..255 were taken to go into the model as they are. If they do not, give an input_spec.",),
)
"""What holds where nobody said anything and no float probes tell more."""


def as_image(picture: Picture) -> PIL.Image.Image:
    """The picture as a PIL image.

    Raises:
        InvalidArgument: it is an array of another type or shape than a picture has.
    """
    if isinstance(picture, PIL.Image.Image):
        return PIL.Image.fromarray(pixels_of(picture))
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[..., 0]
    if picture.dtype != np.uint8 or not (picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] == 3)):
        raise InvalidArgument(
            "picture: Expected uint8 (height, width), (height, width, 1) or (height, width, 3). "
            f"Received: {picture.dtype} {picture.shape}",
            "picture",
        )
    return PIL.Image.fromarray(picture)


def _formula_in_words(scale: Number, mean: Number, std: Number) -> str:
    """Such as "(pixel / 255 - 0.5) / 0.25"."""
    words = "pixel"
    if scale != 1:
        parts = 0 if isinstance(scale, tuple) else round(2 / scale) / 2  # of which it is one: 255, 127.5
        is_part = np.allclose(np.multiply(parts, scale), 1, atol=1e-6)
        words += f" / {_written(parts)}" if is_part else f" x {_written(scale)}"
    if np.any(mean):
        words += f" + {_written(-mean)}" if isinstance(mean, float) and mean < 0 else f" - {_written(mean)}"
    if std != 1:
        words = f"({words}) / {_written(std)}"
    return words if words != "pixel" else "pixels as they are"


def _written(number: Number) -> str:
    if isinstance(number, tuple):
        return f"({', '.join(map(_written, number))})"
    return f"{number:.6g}"


def _range_around(lowest: float, highest: float) -> tuple[float, float, str]:
    """The first usual range that holds these values, else the values' own, and a sentence about it."""
    slack = _OVERSHOOT * (highest - lowest)
    for low, high in _USUAL_RANGES:
        if high == 255 and highest <= _LEAST_PIXEL:
            continue
        if low - slack <= lowest and highest <= high + slack:
            note = (
                f"The model's values were taken to range from {low:g} to {high:g}, since the probes range "
                f"from {lowest:.4g} to {highest:.4g}. If they do not, give an input_spec."
            )
            return low, high, note
    if lowest == highest:
        raise InvalidArgument(
            f"images: Expected values that differ. Received: {lowest:g} everywhere", "images"
        )
    note = (
        f"The probes' own range, {lowest:.4g} to {highest:.4g}, was taken for the model's: it looks like "
        "none of 0..1, -1..1 and 0..255. Grey is its middle. To be exact, give an input_spec."
    )
    return lowest, highest, note


def refuse_pictures(channels: int | None) -> None:
    """
    Args:
        channels: that a model takes.

    Raises:
        InvalidArgument: pictures have other ones.
    """
    if channels not in (None, 1, 3):
        raise InvalidArgument(
            f"images: Expected float arrays of {channels} channels, as the model takes them: "
            "Writer.add_probes(arrays), or explain(model, arrays, ...). Received: pictures, which are grey "
            "or of three channels",
            "images",
        )

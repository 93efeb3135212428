"""`picasso.toml` beside a model: what the flags of the command line hold, kept with it."""

import sys
from pathlib import Path
from typing import Any

import pydantic

from picasso_tb.errors import InvalidArgument
from picasso_tb.faults import first_fault
from picasso_tb.models.input_spec import InputSpec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME = "picasso.toml"


class Tensors(pydantic.BaseModel):
    """Names in graphs that don't say what goes in and comes out."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    input: str | None = None
    output: str | int | None = None


class ModelSettings(pydantic.BaseModel):
    """How a model is opened, what it receives and what its classes are called.

    Paths are relative to the file.

    Attributes:
        class_names: a list, or a text or JSON file.
        decode: importable function that decodes predictions, in place of class names.
        weights: the file of the weights, where they lie apart.
        custom_objects: importable classes and functions that the model is made of.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    class_names: list[str] | str | None = None
    decode: str | None = None
    weights: str | None = None
    custom_objects: tuple[str, ...] = ()
    input: InputSpec | None = None
    tensors: Tensors = Tensors()
    _file: Path | None = None

    @pydantic.field_validator("input", mode="before")
    @classmethod
    def _with_fractions(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {
            key: numbers(value) if key in ("scale", "mean", "std") and isinstance(value, str) else value
            for key, value in given.items()
        }

    @property
    def file(self) -> Path | None:
        """What they were read from; None where there is no file."""
        return self._file

    @property
    def code(self) -> list[str]:
        """Names of what would be imported."""
        function = self.input.function if self.input else None
        return [name for name in (self.decode, function, *self.custom_objects) if name]


def read_settings(model: Path) -> ModelSettings:
    """What `picasso.toml` says: in the model's folder if it is one, or else beside it.

    Raises:
        InvalidArgument: names the file and the key, what was expected and what was received.
    """
    places = [model / NAME, model.parent / NAME]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        return ModelSettings()
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidArgument(f"{file}: Expected TOML. Received: {error}", NAME) from None
    try:
        settings = ModelSettings.model_validate(content)
    except pydantic.ValidationError as refused:
        raise InvalidArgument(f"{file}: {first_fault(refused, ModelSettings).at('the file')}", NAME) from None
    beside = {
        name: str(file.parent / value)
        for name in ("class_names", "weights")
        if isinstance(value := getattr(settings, name), str)
    }
    settings = settings.model_copy(update=beside)
    settings._file = file
    return settings


def numbers(text: str) -> float | tuple[float, ...]:
    """One number or several, of which each may be a fraction.

    Raises:
        ValueError: it is neither.
    """
    try:
        parts = [one.partition("/") for one in text.split(",")]
        found = [float(top) / float(below or 1) for top, _, below in parts]
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"Expected numbers such as 1/255 or 1,2,3. Received: {text!r}") from None
    return found[0] if len(found) == 1 else tuple(found)

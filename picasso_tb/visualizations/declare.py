"""Declare a visualization: its settings, what it needs and what its maps mean.

A visualization is a function `(model, images, targets, settings) -> Maps | Result`. It draws, stores, logs
and seeds nothing, and changes none of its arguments.
"""

import contextlib
import contextvars
import dataclasses
import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pydantic

from picasso_tb.errors import InvalidArgument, NotFound
from picasso_tb.faults import first_fault
from picasso_tb.models.protocol import Maps, Targets


class Needs(enum.Enum):
    """What a method asks of the model; an adapter that lacks it cannot run the method."""

    SCORES = "scores"
    GRADIENTS = "gradients"
    ACTIVATIONS = "activations"


class Sign(enum.Enum):
    """Whether a map's values have two directions around zero, or only a size."""

    SIGNED = "signed"
    MAGNITUDE = "magnitude"


class Settings(pydantic.BaseModel):
    """Base of every visualization's settings: typed, bounded, immutable, JSON both ways.

    Field titles become labels and descriptions become help; `json_schema_extra={"unit": ...}` names a
    unit, `"percent": True` shows a share as a percentage, `"when": {name: value}` shows the field for that
    value of another only, and `"choices": "layers"` offers the model's layers, None for the last of them.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PaintingSettings(Settings):
    """Settings of a method that paints on the image, which it may do before or after preprocessing."""

    space: Literal["input", "picture"] = pydantic.Field(
        "input",
        title="Paint on",
        description="The model's input, or the picture before it is preprocessed.",
    )
    picture_size: int = pydantic.Field(
        244,
        ge=16,
        le=1024,
        title="Picture size",
        description="Side of the square that the picture is squashed to before painting on the picture.",
        json_schema_extra={"unit": "px", "when": {"space": "picture"}},
    )


class ClassIndex(int):
    """A class index in an exhibit, shown as the class's name."""


Cell = float | str | ClassIndex | None  # None where there is no value


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows of cells under the names of their columns."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclasses.dataclass(frozen=True)
class Chart:
    """Lines, or groups of bars: the values of each line, by its name, at the places `x`."""

    title: str
    x_label: str
    y_label: str
    x: Sequence[Cell]
    lines: Mapping[str, Sequence[float | None]]
    kind: Literal["lines", "bars"] = "lines"


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture, uint8 (h, w, 3)."""

    title: str
    pixels: npt.NDArray[np.uint8]


Exhibit = Table | Chart | Picture


Thing = TypeVar("Thing")
Arrays = Mapping[str, npt.NDArray[np.float32]]
Notes = tuple[tuple[tuple[str, ...], ...], ...]  # n tuples of k tuples
Exhibits = tuple[tuple[tuple[Exhibit, ...], ...], ...]  # n tuples of k tuples


@dataclasses.dataclass(frozen=True)
class Result:
    """What a method found for n images and k targets each.

    A map is kept with what is said of its own image and target: what else is asked must not matter.

    Attributes:
        maps: (n, k, h, w), raw; None for a method that draws no map.
        arrays: raw numbers of each image, kept beside its maps, by name; the first axis of each is n.
        target_arrays: those of each image and target; the first axes of each are n and k.
        notes: what a user should know about all of these numbers, in words.
        target_notes: about those of each image and target; empty where there is nothing to say.
        exhibits: what is shown beside the map of each image and target; empty where there is nothing.
    """

    maps: Maps | None
    arrays: Arrays = dataclasses.field(default_factory=dict)
    target_arrays: Arrays = dataclasses.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    target_notes: Notes = ()
    exhibits: Exhibits = ()


def each_target(
    targets: Targets, give: Callable[[tuple[int, int]], Iterable[Thing]]
) -> tuple[tuple[tuple[Thing, ...], ...], ...]:
    """What `give` says of each place in targets (n, k), as notes and exhibits are to be given."""
    n, k = targets.shape
    return tuple(tuple(tuple(give((row, column))) for column in range(k)) for row in range(n))


@dataclasses.dataclass(frozen=True)
class Views:
    """What a method can answer from the arrays kept beside an earlier map, without asking the model.

    Attributes:
        settings: names of those that only choose how what was measured is seen.
        compute: from the arrays, the targets (n, k), the settings and the map's height and width; None where
            the arrays don't hold the targets.
    """

    settings: frozenset[str]
    compute: Callable[[Arrays, Targets, Any, tuple[int, int]], Result | None]


@dataclasses.dataclass(frozen=True)
class Visualization:
    """An entry of the catalogue.

    Attributes:
        template: text of a page of its own, in Jinja's language; None for most.
        sampled: whether a map has noise where nothing differs, which its setting `seed` draws.
    """

    name: str
    title: str
    summary: str
    paper: str
    version: int
    needs: Needs
    sign: Callable[[Any], Sign]
    draws_map: bool
    settings: type[Settings]
    quantity: Callable[[Any], str]
    passes: Callable[[Any, int], int]
    compute: Callable[..., Any]
    template: str | None = None
    views: Views | None = None
    sampled: bool = False

    def form(self) -> dict[str, Any]:
        """JSON Schema of the settings, of which the panel is built: the method's own first, in order."""
        form = self.settings.model_json_schema()
        own = self.settings.__annotations__
        form["properties"] = dict(sorted(form["properties"].items(), key=lambda field: field[0] not in own))
        return form

    def parse(self, values: Mapping[str, Any]) -> Settings:
        """Settings from a decoded JSON object.

        Raises:
            InvalidArgument: names the setting, what was expected and what was received.
        """
        try:
            return self.settings.model_validate(dict(values), strict=True)
        except pydantic.ValidationError as refused:
            fault = first_fault(refused, self.settings)
            raise InvalidArgument(fault.at("settings"), fault.key or "settings") from None


CATALOGUE: dict[str, Visualization] = {}

_registry: contextvars.ContextVar[dict[str, Visualization]] = contextvars.ContextVar(
    "registry", default=CATALOGUE
)


@contextlib.contextmanager
def collecting() -> Iterator[dict[str, Visualization]]:
    """What is declared within the block, kept apart from the catalogue."""
    found: dict[str, Visualization] = {}
    token = _registry.set(found)
    try:
        yield found
    finally:
        _registry.reset(token)


def find(name: str) -> Visualization:
    """The visualization of that name.

    Raises:
        NotFound: lists the names there are.
    """
    if name not in CATALOGUE:
        raise NotFound(f"Expected one of {', '.join(sorted(CATALOGUE))}. Received: {name!r}", "visualization")
    return CATALOGUE[name]


def _is_written_again(previous: Visualization, entry: Visualization) -> bool:
    """Whether somebody tries out his method: a notebook's cell runs more than once."""
    module = entry.compute.__module__
    return module == previous.compute.__module__ and not module.startswith("picasso_tb.")


def visualization(
    *,
    title: str,
    summary: str,
    needs: Needs,
    sign: Sign | Callable[[Any], Sign],
    settings: type[Settings],
    quantity: Callable[[Any], str],
    passes: Callable[[Any, int], int],
    paper: str = "",
    draws_map: bool = True,
    version: int = 1,
    views: Views | None = None,
    sampled: bool = False,
) -> Callable[[Callable[..., Any]], Visualization]:
    """Register the decorated function under its own name.

    Args:
        title: two words for a list.
        summary: one sentence: what it does to the picture and what the map then shows.
        sign: for all settings, or from the settings.
        quantity: what a value is under these settings, such as "drop in class probability when covered".
        passes: images put through the network, forward or backward, for one image: from the settings and the
            number of targets, as each takes a way back of its own from one way forward.
        paper: address of the paper, where there is one.
        version: raise it when the numbers change, so that cached results are not mistaken for new ones.
        views: other answers that need no new passes.
        sampled: whether a map has noise where nothing differs, which its setting `seed` draws.
    """

    signs = (lambda settings: sign) if isinstance(sign, Sign) else sign

    def register(compute: Callable[..., Any]) -> Visualization:
        entry = Visualization(
            name=compute.__name__,
            title=title,
            summary=summary,
            paper=paper,
            version=version,
            needs=needs,
            sign=signs,
            draws_map=draws_map,
            settings=settings,
            quantity=quantity,
            passes=passes,
            compute=compute,
            views=views,
            sampled=sampled,
        )
        registry = _registry.get()
        previous = registry.get(entry.name)
        if previous and not (registry is CATALOGUE and _is_written_again(previous, entry)):
            raise ValueError(f"Two visualizations are named {entry.name!r}")
        registry[entry.name] = entry
        return entry

    return register

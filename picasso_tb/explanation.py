"""From probes, a model and a method to maps: the one code path of the tab, the command line and `explain`."""

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import BrokenVisualization, InvalidArgument
from picasso_tb.models.checked_model import CheckedModel
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.picture_model import PictureModel, squash
from picasso_tb.models.protocol import (
    Head,
    Images,
    Maps,
    Model,
    Probabilities,
    Scores,
    Targets,
    probabilities,
)
from picasso_tb.models.together import Together
from picasso_tb.visualizations.answers import checked_result
from picasso_tb.visualizations.declare import (
    Arrays,
    Exhibits,
    Notes,
    PaintingSettings,
    Result,
    Settings,
    Visualization,
)


@dataclasses.dataclass(frozen=True)
class ProbeImage:
    """An image to explain: a picture, or a float array that is exactly what the model receives.

    Attributes:
        picture: uint8 (h, w), (h, w, 1) or (h, w, 3) of any size; None where there is only an array.
        array: float32 (h, w, c); None where the picture is to be prepared for the model.
    """

    picture: npt.NDArray[np.uint8] | None = None
    array: npt.NDArray[np.float32] | None = None


@dataclasses.dataclass(frozen=True)
class Explanation:
    """What a visualization found for n images and k targets each.

    Attributes:
        maps: float32 (n, k, height, width) in the size of the model's input; raw, NaN where nothing was
            measured; None for a visualization that draws no map.
        targets: (n, k), the class indices explained.
        probabilities: (n, classes), of the untouched images.
        class_scores: (n, classes), of the untouched images.
        inputs: (n, h, w, c), what the model received for the untouched images; None where it wasn't asked.
        arrays: raw numbers of each image, kept beside its maps; the first axis of each is n.
        target_arrays: those of each image and target; the first axes of each are n and k.
        map_notes: every fallback and caution about each map, in words, n tuples of k tuples.
        notes: all of these, each once.
        exhibits: tables, charts and pictures beside each map, n tuples of k tuples.
        score_name: "logit"; "log-probability" where the logits could not be found; "value" of a number.
        score_source: where the scores were taken, such as "before the softmax".
        quantity: what a map's value is, such as "drop in class probability when covered".
        sign: "signed" or "magnitude".
        computations: how the scores with parts covered were computed and why not faster, in words, of each
            image; empty where nothing was covered.
    """

    maps: Maps | None
    targets: Targets
    probabilities: Probabilities
    class_scores: Scores
    inputs: Images | None
    arrays: Arrays
    target_arrays: Arrays
    map_notes: Notes
    score_name: str
    score_source: str
    quantity: str
    sign: str
    exhibits: Exhibits
    computations: tuple[str, ...] = ()

    @property
    def scores(self) -> npt.NDArray[np.float32]:
        """Scores of the targets, for the untouched images: (n, k)."""
        return np.take_along_axis(self.class_scores, self.targets, axis=1)

    @property
    def position_scores(self) -> npt.NDArray[np.float32] | None:
        """Occlusion: the chosen score with the patch at each position, (n, k, positions, positions)."""
        return self.target_arrays.get("position_scores")

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(note for maps in self.map_notes for notes in maps for note in notes))


OnPreview = Callable[[int, Explanation], None]


def explain_batch(
    model: Model,
    input_spec: InputSpec,
    probes: Sequence[ProbeImage],
    visualization: Visualization,
    settings: Settings,
    targets: Targets | None,
    top: int,
    on_preview: OnPreview | None = None,
) -> Explanation:
    """Explain what the model sees in some images.

    Args:
        input_spec: complete, as far as the model goes.
        probes: at least one; their inputs are all of one shape.
        targets: (n, k) class indices; None for the `top` most probable classes of each image.
        on_preview: called with an image's index and what a method that yields knows of that image alone.

    Raises:
        InvalidArgument: a target is no class of the model, or an image does not fit it or the settings.
        ModelRefused: the model's answers can't be used.
    """
    checked = CheckedModel(model)
    images = _inputs(probes, input_spec, len(model.value_range.low))
    scores = checked.scores(images)
    chosen = _top_classes(scores, top) if targets is None else _valid(targets, len(images), model.classes)
    common = (*input_spec.notes, *model.notes)
    settings = of_head(settings, model.head)

    together = Together(checked, images, chosen)
    asked = [
        _asked(together.of(row), input_spec, probe, images[row : row + 1], settings)
        for row, probe in enumerate(probes)
    ]

    def explanation(results: Sequence[Result], rows: slice) -> Explanation:
        nothing = (((),) * chosen.shape[1],)
        return Explanation(
            maps=np.concatenate([result.maps for result in results]) if visualization.draws_map else None,
            targets=chosen[rows],
            probabilities=probabilities(scores[rows], model.head),
            class_scores=scores[rows],
            inputs=images[rows],
            arrays=_stacked([result.arrays for result in results]),
            target_arrays=_stacked([result.target_arrays for result in results]),
            map_notes=tuple(
                tuple((*common, *result.notes, *notes) for notes in (result.target_notes or nothing)[0])
                for result in results
            ),
            score_name=model.score_name,
            score_source=model.score_source,
            quantity=quantity_in_words(visualization.quantity(settings), model.score_name),
            sign=visualization.sign(settings).value,
            exhibits=tuple((result.exhibits or nothing)[0] for result in results),
            computations=tuple(model.computation for model, _ in asked[rows]),
        )

    results = []
    for row in range(len(probes)):
        one = slice(row, row + 1)
        found = _explain_one(*asked[row], images.shape[1:3], visualization, settings, chosen[one])
        for result, is_final in found:
            if is_final:
                results.append(result)
            elif on_preview is not None:
                on_preview(row, explanation([result], one))
    return explanation(results, slice(None))


def _stacked(arrays: Sequence[Arrays]) -> Arrays:
    """The arrays of all images, one after another.

    Raises:
        BrokenVisualization: they don't go together.
    """
    kinds = [{name: array.shape[1:] for name, array in one.items()} for one in arrays]
    for other in kinds[1:]:
        if other != kinds[0]:
            expected = "arrays of the same names and sizes for all images"
            raise BrokenVisualization(f"Expected {expected}. Received: {kinds[0]}, then {other}")
    return {name: np.concatenate([one[name] for one in arrays]) for name in arrays[0]}


def of_head(settings: Settings, head: Head) -> Settings:
    """The settings as they can be meant: a number has no probability, whatever score was asked for."""
    is_of_class = getattr(settings, "score", None) in ("probability", "log-probability")
    return settings.model_copy(update={"score": "logit"}) if is_of_class and head is Head.NUMBER else settings


def quantity_in_words(quantity: str, score_name: str) -> str:
    """What a map's value is, with the name of what this model's scores are.

    Args:
        quantity: of the visualization, with settings as `of_head` gives them.
    """
    words = quantity.replace("logit", score_name)
    return words.replace("class probability", "value") if score_name == "value" else words


def _inputs(probes: Sequence[ProbeImage], input_spec: InputSpec, channels: int) -> Images:
    """What the model receives, (n, h, w, c)."""
    images = [_input(probe, input_spec) for probe in probes]
    wanted = (input_spec.height or images[0].shape[0], input_spec.width or images[0].shape[1], channels)
    for index, image in enumerate(images):
        if image.shape != wanted or image.dtype != np.float32:
            raise InvalidArgument(
                f"images[{index}]: Expected float32 {wanted} as the model's input. Received: {image.dtype} "
                f"{image.shape}",
                "images",
            )
    return np.stack(images)


def _input(probe: ProbeImage, input_spec: InputSpec) -> npt.NDArray[np.float32]:
    if probe.array is not None:
        return probe.array
    if probe.picture is None:
        raise InvalidArgument("images: Expected a picture or an array. Received: neither", "images")
    return input_spec.prepare(probe.picture)


def _top_classes(scores: Scores, top: int) -> Targets:
    """The most probable classes of each image, the lower index first among equals."""
    if not 1 <= top <= scores.shape[1]:
        raise InvalidArgument(
            f"top: Expected 1 to {scores.shape[1]}, the model's classes. Received: {top}", "top"
        )
    return ranking(scores)[:, :top]


def ranking(scores: Scores) -> Targets:
    """Class indices along the last axis, the highest score first, the lower index first among equals."""
    return np.argsort(-scores, axis=-1, kind="stable").astype(np.int64)


def _valid(targets: Targets, n: int, classes: int) -> Targets:
    if targets.ndim != 2 or len(targets) != n or not targets.shape[1] or targets.dtype.kind not in "iu":
        raise InvalidArgument(
            f"targets: Expected class indices ({n}, k). Received: {targets.dtype} {targets.shape}", "targets"
        )
    wrong = targets[(targets < 0) | (targets >= classes)]
    if wrong.size:
        raise InvalidArgument(
            f"targets: Expected class indices from 0 to {classes - 1}. Received: {wrong[0]}", "targets"
        )
    return targets.astype(np.int64)


def _asked(
    model: Model, input_spec: InputSpec, probe: ProbeImage, image: Images, settings: Settings
) -> tuple[Model, Images]:
    """The model that a method asks, and the image (1, h, w, c) that it asks about."""
    if not isinstance(settings, PaintingSettings) or settings.space != "picture":
        return model, image
    if probe.picture is None:
        raise InvalidArgument(
            "space: Expected 'input' for an image given as a float array, behind which there is no picture. "
            "Received: 'picture'",
            "space",
        )
    shown = squash(probe.picture, settings.picture_size, image.shape[-1])[None]
    return PictureModel(model, input_spec.complete(*image.shape[1:])), shown


def _explain_one(
    model: Model,
    image: Images,
    size: tuple[int, ...],
    visualization: Visualization,
    settings: Settings,
    targets: Targets,
) -> Iterator[tuple[Result, bool]]:
    """Explain one image (1, h, w, c), so that what the method says of it is said of it alone.

    Args:
        size: of the maps, (height, width).

    Yields:
        Better and better results, and whether each is the final one.
    """
    for answer, is_final in _answers(visualization.compute(model, image, targets, settings)):
        result = checked_result(answer, visualization, (*targets.shape, *image.shape[1:3]))
        if result.maps is not None:
            result = dataclasses.replace(result, maps=resized(result.maps, *size))
        yield result, is_final


def _answers(answer: Any) -> Iterator[tuple[Any, bool]]:
    """A method's answer, or what its generator yields and then the last of it again, as final."""
    last = answer
    if inspect.isgenerator(answer):
        last = None
        for last in answer:
            yield last, False  # which one is the last shows only when no other comes
    yield last, True


def resized(maps: Maps, height: int, width: int) -> Maps:
    """The maps in another size: each pixel takes the value of the one that its centre lies in."""
    rows, columns = (
        ((np.arange(side) + 0.5) * was / side).astype(int)
        for side, was in zip((height, width), maps.shape[2:], strict=True)
    )
    return maps[:, :, rows[:, None], columns]

"""From probes to an explanation: both spaces, targets, and what is checked at the borders."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest

from picasso_tb.conformance.planted import (
    HEIGHT,
    REGIONS,
    WIDTH,
    PlantedModel,
    planted_images,
    planted_model,
)
from picasso_tb.errors import BrokenVisualization, InvalidArgument, ModelRefused
from picasso_tb.explanation import Explanation, ProbeImage, explain_batch
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.protocol import Head, Images, Maps, Model, Scores, Targets
from picasso_tb.visualizations.declare import (
    Chart,
    Needs,
    PaintingSettings,
    Picture,
    Result,
    Sign,
    Table,
    Visualization,
    each_target,
    find,
)

SPEC = InputSpec(height=HEIGHT, width=WIDTH, mode="RGB", scale=1 / 255)


def picture(height: int = 33, width: int = 71, channels: int = 3) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(4).integers(0, 256, (height, width, channels), np.uint8)


def ask(
    name: str,
    probes: list[ProbeImage],
    model: PlantedModel | None = None,
    targets: Any = None,
    top: int = 1,
    **settings: Any,
) -> Explanation:
    method = find(name)
    asked = planted_model() if model is None else model
    chosen = None if targets is None else np.asarray(targets)
    return explain_batch(asked, SPEC, probes, method, method.parse(settings), chosen, top)


def slow_picture_map(pixels: npt.NDArray[np.uint8], label: int, size: int, grey: int) -> npt.NDArray[Any]:
    """Drop of a logit with a 30 % window at four places along each side, painted on the picture with PIL."""
    model = planted_model()

    def logit(image: PIL.Image.Image) -> float:
        resized = image.resize((WIDTH, HEIGHT), PIL.Image.Resampling.BILINEAR)
        return float(model.scores(np.asarray(resized, np.float32)[None] / 255)[0, label])

    squashed = PIL.Image.fromarray(pixels).resize((size, size), PIL.Image.Resampling.LANCZOS)
    window = round(0.3 * size)
    half = window // 2
    starts = [int(centre) - half for centre in np.linspace(half, size - half, 4)]
    lost, covers = np.zeros((size, size)), np.zeros((size, size))
    for top in starts:
        for left in starts:
            covered = squashed.copy()
            covered.paste((grey,) * 3, (left, top, min(left + window, size), min(top + window, size)))
            place = np.s_[top : min(top + window, size), left : min(left + window, size)]
            lost[place] += logit(squashed) - logit(covered)
            covers[place] += 1
    on_picture = lost / covers
    rows = [int((row + 0.5) * size / HEIGHT) for row in range(HEIGHT)]
    columns = [int((column + 0.5) * size / WIDTH) for column in range(WIDTH)]
    return np.array([[on_picture[row, column] for column in columns] for row in rows])


def test_painting_on_the_picture_is_what_it_says() -> None:
    pixels = picture()
    settings = {"space": "picture", "picture_size": 50, "window": 0.3, "positions": 4, "score": "logit"}
    found = ask("occlusion", [ProbeImage(picture=pixels)], targets=[[0, 1]], **settings)
    assert found.maps is not None
    for k in (0, 1):
        expected = slow_picture_map(pixels, k, 50, grey=128)
        np.testing.assert_allclose(found.maps[0, k], expected, atol=1e-4)
        assert np.ptp(expected) > 0.01


def test_the_two_spaces_agree_where_preprocessing_changes_nothing() -> None:
    """A picture as large as the square it is squashed to, and as the input: only grey is rounded."""
    model = planted_model()
    model.weights = model.weights[:, :, :HEIGHT].copy()
    spec = InputSpec(height=HEIGHT, width=HEIGHT, mode="RGB", scale=1 / 255)
    model.value_range = spec.value_range(3)
    probe, method = ProbeImage(picture=picture(HEIGHT, HEIGHT)), find("occlusion")
    by_space = {
        space: explain_batch(
            model,
            spec,
            [probe],
            method,
            method.parse({"space": space, "picture_size": HEIGHT, "fill": "white"}),
            np.array([[0, 1]]),
            1,
        )
        for space in ("input", "picture")
    }
    np.testing.assert_allclose(by_space["input"].maps, by_space["picture"].maps, atol=1e-5)


def test_painting_on_the_picture_needs_one() -> None:
    with pytest.raises(InvalidArgument, match=r"space: Expected 'input'.* Received: 'picture'") as refused:
        ask("occlusion", [ProbeImage(array=planted_images(1)[0])], space="picture")
    assert refused.value.field == "space"


def test_an_explanation_says_all_about_the_untouched_images() -> None:
    images, model = planted_images(3), planted_model()
    found = ask("occlusion", [ProbeImage(array=image) for image in images], top=2, positions=3)
    logits = model.scores(images).astype(np.float64)
    softmax = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.probabilities, softmax, rtol=1e-5)
    np.testing.assert_array_equal(found.targets, np.argsort(-logits, axis=1)[:, :2])
    np.testing.assert_array_equal(found.scores, np.take_along_axis(model.scores(images), found.targets, 1))
    assert found.maps is not None
    assert found.maps.shape == (3, 2, HEIGHT, WIDTH)
    assert found.position_scores is not None
    assert found.position_scores.shape == (3, 2, 3, 3)
    assert (found.score_name, found.sign) == ("logit", "signed")
    assert found.quantity == "drop in class probability when covered"


def test_pictures_of_any_size_and_arrays_are_explained_together() -> None:
    probes = [ProbeImage(picture=picture(9, 50)), ProbeImage(array=planted_images(1)[0])]
    found = ask("saliency", probes, targets=[[0], [1]])
    assert found.maps is not None
    for row, label in enumerate((0, 1)):
        expected = np.zeros((HEIGHT, WIDTH), np.float32)
        expected[REGIONS[label]] = 0.02
        np.testing.assert_allclose(found.maps[row, 0], expected)


def test_equal_classes_are_ranked_by_index() -> None:
    model = planted_model()
    model.weights[:], model.offsets[:] = 0, 0
    found = ask("class_probabilities", [ProbeImage(array=planted_images(1)[0])], model, top=3)
    assert found.targets.tolist() == [[0, 1, 2]]
    assert found.maps is None


@pytest.mark.parametrize(
    ("targets", "top", "field", "received"),
    [
        ([[3]], 1, "targets", "Received: 3"),
        ([[0, -1]], 1, "targets", "Received: -1"),
        ([[0], [1]], 1, "targets", r"Received: int64 \(2, 1\)"),
        ([0], 1, "targets", r"Received: int64 \(1,\)"),
        ([[0.5]], 1, "targets", "Received: float64"),
        (None, 4, "top", "Expected 1 to 3.*Received: 4"),
        (None, 0, "top", "Received: 0"),
    ],
    ids=str,
)
def test_targets_that_are_no_classes_are_refused(targets: Any, top: int, field: str, received: str) -> None:
    with pytest.raises(InvalidArgument, match=received) as refused:
        ask("saliency", [ProbeImage(array=planted_images(1)[0])], targets=targets, top=top)
    assert refused.value.field == field


def test_images_that_do_not_fit_are_refused() -> None:
    for image in (np.zeros((WIDTH, HEIGHT, 3), np.float32), np.zeros((HEIGHT, WIDTH, 3), np.float64)):
        with pytest.raises(InvalidArgument, match=r"images\[1\]: Expected float32 \(20, 40, 3\)"):
            ask("saliency", [ProbeImage(array=planted_images(1)[0]), ProbeImage(array=image)])
    with pytest.raises(InvalidArgument, match="neither"):
        ask("saliency", [ProbeImage()])


class Diverged(PlantedModel):
    def scores(self, images: Images) -> Scores:
        return super().scores(images) * np.float32(np.nan)


class Misshapen(PlantedModel):
    def gradients(self, images: Images, targets: Targets) -> Any:
        return super().gradients(images, targets)[0]


def recast(kind: type[PlantedModel]) -> PlantedModel:
    model = planted_model()
    return kind(model.weights, model.offsets, model.value_range)


def test_a_models_answers_are_looked_at() -> None:
    probe = ProbeImage(array=planted_images(1)[0])
    with pytest.raises(ModelRefused, match="diverged"):
        ask("occlusion", [probe], recast(Diverged))
    with pytest.raises(ModelRefused, match=r"Expected gradients float32 \(1, 1, 20, 40, 3\)"):
        ask("saliency", [probe], recast(Misshapen))


def method(compute: Any, sign: Sign = Sign.SIGNED) -> Visualization:
    """A visualization of a user, not in the catalogue."""
    return Visualization(
        name="mine",
        title="Mine",
        summary="Mine.",
        paper="https://example.org",
        version=1,
        needs=Needs.SCORES,
        sign=lambda settings: sign,
        draws_map=True,
        settings=PaintingSettings,
        quantity=lambda settings: "slope of the logit",
        passes=lambda settings, targets: 1,
        compute=compute,
    )


def maps_of(value: float, targets: Targets, images: Images) -> Maps:
    return np.full((*targets.shape, *images.shape[1:3]), value, np.float32)


def run(compute: Any, model: PlantedModel | None = None, top: int = 1) -> Explanation:
    probes = [ProbeImage(array=image) for image in planted_images(2)]
    asked = planted_model() if model is None else model
    return explain_batch(asked, SPEC, probes, method(compute), PaintingSettings(), None, top)


def test_of_better_and_better_maps_the_last_is_the_answer() -> None:
    def mine(model: Model, images: Images, targets: Targets, settings: Any) -> Iterator[Maps | Result]:
        yield maps_of(1, targets, images)
        yield Result(maps_of(2, targets, images), notes=("done",))

    found = run(mine)
    assert found.maps is not None
    assert (found.maps == 2).all()
    assert found.notes == ("done",)


def test_notes_stay_with_the_image_that_they_are_about() -> None:
    def mine(model: Model, images: Images, targets: Targets, settings: Any) -> Result:
        return Result(maps_of(0, targets, images), notes=(f"mean {images.mean():.6f}",))

    model = planted_model()
    model.notes = ("of the model",)
    found = run(mine, model)
    means = [f"mean {image.mean():.6f}" for image in planted_images(2)]
    assert found.map_notes == tuple((("of the model", mean),) for mean in means)
    assert found.notes == ("of the model", *means)


def test_notes_and_exhibits_stay_with_the_class_that_they_are_about() -> None:
    def mine(model: Model, images: Images, targets: Targets, settings: Any) -> Result:
        notes = each_target(targets, lambda place: [f"of class {targets[place]}"])
        tables = each_target(targets, lambda place: [Table(f"class {targets[place]}", ["a"], [[1.0]])])
        return Result(
            maps_of(0, targets, images),
            target_arrays={"class": targets.astype(np.float32)},
            target_notes=notes,
            exhibits=tables,
        )

    found = run(mine, top=2)
    assert found.targets.shape == (2, 2)
    for place in np.ndindex(found.targets.shape):
        row, column = place
        assert found.map_notes[row][column] == (f"of class {found.targets[place]}",)
        assert [one.title for one in found.exhibits[row][column]] == [f"class {found.targets[place]}"]
    np.testing.assert_array_equal(found.target_arrays["class"], found.targets)


def test_where_scores_are_log_probabilities_the_quantity_says_so() -> None:
    model = planted_model()
    model.score_name = "log-probability"
    found = run(lambda model, images, targets, settings: maps_of(0, targets, images), model)
    assert found.quantity == "slope of the log-probability"


TABLE = Table("a", ["a"], [[1.0]])
CHART = Chart("a", "x", "y", [1.0], {"a": [1.0]})


def with_exhibit(maps: Maps, exhibit: Any) -> Result:
    return Result(maps, exhibits=(((exhibit,),),))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda maps: maps[0], "Expected maps float32"),
        (lambda maps: maps.astype(np.float64), "Received: float64"),
        (lambda maps: maps / np.float32(0), "infinite"),
        (lambda maps: Result(None), "as it declares"),
        (
            lambda maps: Result(maps, {"extra": np.zeros((3, 2), np.float32)}),
            "'extra' float32, first axes n,",
        ),
        (
            lambda maps: Result(maps, target_arrays={"extra": np.zeros((1, 3), np.float32)}),
            "'extra' float32, first axes n and k, ",
        ),
        (
            lambda maps: Result(maps, {"map": np.zeros((1, 2), np.float32)}),
            "names of arrays .* none of allow_pickle, file, info, map.*'map'",
        ),
        (lambda maps: Result(maps, {0: np.zeros((1, 2), np.float32)}), "names of arrays .*Received: 0"),  # type: ignore[dict-item]
        (lambda maps: Result(maps, {"a/b": np.zeros((1, 2), np.float32)}), "names of arrays .*'a/b'"),
        (
            lambda maps: Result(
                maps, {"a": np.zeros((1, 2), np.float32)}, {"a": np.zeros((1, 1), np.float32)}
            ),
            "of different names",
        ),
        (lambda maps: with_exhibit(maps, dataclasses.replace(TABLE, title=None)), "names as texts in None"),
        (lambda maps: with_exhibit(maps, dataclasses.replace(TABLE, columns=[object()])), "names as texts"),
        (lambda maps: with_exhibit(maps, dataclasses.replace(TABLE, rows=[[10**400]])), "numbers, texts or"),
        (
            lambda maps: with_exhibit(maps, Picture("a", np.zeros((0, 4, 3), np.uint8))),
            "pixels uint8 .*Received: uint8 .0, 4, 3",
        ),
        (lambda maps: Result(maps, notes="a text"), "notes as a tuple of texts"),
        (lambda maps: Result(maps, target_notes=("a text",)), "target_notes as 1 tuples of 1 tuples"),
        (lambda maps: Result(maps, exhibits=((TABLE,),)), "a tuple for each image and target in exhibits"),
        (lambda maps: with_exhibit(maps, dataclasses.replace(TABLE, rows=[[[1]]])), r"or None in 'a'.*\[1\]"),
        (lambda maps: with_exhibit(maps, dataclasses.replace(TABLE, rows=[[]])), "rows of 1 cells"),
        (lambda maps: with_exhibit(maps, dataclasses.replace(CHART, kind="pie")), "'lines' or 'bars'.*'pie'"),
        (
            lambda maps: with_exhibit(maps, dataclasses.replace(CHART, lines={"a": ["b"]})),
            "lines of 1 numbers",
        ),
        (lambda maps: with_exhibit(maps, "a text"), "a Table, a Chart or a Picture"),
    ],
)
def test_a_methods_answers_are_looked_at(change: Any, message: str) -> None:
    def mine(model: Model, images: Images, targets: Targets, settings: Any) -> Any:
        with np.errstate(divide="ignore"):
            return change(maps_of(1, targets, images))

    with pytest.raises(BrokenVisualization, match=message):
        run(mine)


def test_arrays_that_differ_between_images_are_refused() -> None:
    def mine(model: Model, images: Images, targets: Targets, settings: Any) -> Result:
        return Result(maps_of(0, targets, images), {"a": np.zeros((1, int(images.mean() * 1e6)), np.float32)})

    with pytest.raises(BrokenVisualization, match="same names and sizes for all images"):
        run(mine)


def test_gradients_do_not_pass_through_preprocessing() -> None:
    def mine(model: Model, images: Images, targets: Targets, settings: Any) -> Maps:
        return model.gradients(images, targets).sum(axis=-1)

    with pytest.raises(InvalidArgument, match="none pass through preprocessing"):
        explain_batch(
            planted_model(),
            SPEC,
            [ProbeImage(picture=picture())],
            method(mine),
            PaintingSettings(space="picture"),
            None,
            1,
        )


def test_a_sigmoid_head_gives_its_own_probabilities() -> None:
    model = planted_model()
    model.head = Head.SIGMOID
    found = ask("class_probabilities", [ProbeImage(array=planted_images(1)[0])], model)
    z = model.scores(planted_images(1)).astype(np.float64)
    np.testing.assert_allclose(found.probabilities, 1 / (1 + np.exp(-z)), rtol=1e-5)


def test_how_covered_scores_were_computed_is_said_of_those_alone() -> None:
    probes = [ProbeImage(array=image) for image in planted_images(2)]
    assert ask("occlusion", probes, positions=3).computations == ("in closed form",) * 2
    assert ask("saliency", probes).computations == ("", "")
    on_picture = ask("occlusion", [ProbeImage(picture=picture())], positions=3, space="picture")
    assert on_picture.computations == ("in full: patches are painted before preprocessing",)

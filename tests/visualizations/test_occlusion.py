"""Occlusion against a slow plain loop, written from its definition."""

import itertools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from picasso_tb.conformance.planted import PlantedModel, planted_images, planted_model
from picasso_tb.models.protocol import CoveredScores, Head, Images, Patch, Scores, ValueRange
from picasso_tb.visualizations.declare import Result, Sign
from picasso_tb.visualizations.occlusion import OcclusionSettings, occlusion


class CurvedModel(PlantedModel):
    """A score that is no sum over pixels, so that no shortcut gives the right answer."""

    def scores(self, images: Images) -> Scores:
        return np.sin(super().scores(np.square(images))) * 2 + super().scores(images)


def curved_model(height: int, width: int, channels: int, classes: int = 3) -> CurvedModel:
    generator = np.random.default_rng(5)
    weights = generator.normal(0, 4 / math.sqrt(height * width), (classes, height, width, channels))
    low = np.linspace(-1, 0, channels, dtype=np.float32)
    return CurvedModel(
        weights.astype(np.float32), np.zeros(classes, np.float32), ValueRange(low, low + np.float32(2))
    )


def noise(n: int, height: int, width: int, channels: int) -> Images:
    return np.random.default_rng(6).uniform(-0.5, 1, (n, height, width, channels)).astype(np.float32)


def answer(*question: Any) -> Result:
    *_, last = occlusion.compute(*question)
    assert isinstance(last, Result)
    return last


def view(logits: npt.NDArray[np.float32], label: int, score: str, head: Head) -> float:
    z = logits.astype(np.float64)
    if score == "logit":
        return float(z[label])
    probability = 1 / (1 + np.exp(-z[label])) if head is Head.SIGMOID else np.exp(z[label]) / np.exp(z).sum()
    return float(probability if score == "probability" else np.log(probability))


def slow_fill(
    settings: OcclusionSettings,
    image: npt.NDArray[np.float32],
    low: npt.NDArray[np.float32],
    high: npt.NDArray[np.float32],
) -> npt.NDArray[np.float64]:
    """What is painted, (h, w, c); the blur is the weighted mean of all pixels, one pixel at a time."""
    height, width, _ = image.shape
    if settings.fill == "blur":
        rows, columns = np.mgrid[:height, :width]
        painted = np.empty(image.shape)
        for row, column in np.ndindex(height, width):
            down = (rows - row) / (settings.window * height / 2)
            across = (columns - column) / (settings.window * width / 2)
            weights = np.exp(-(down**2 + across**2) / 2)[..., None]
            painted[row, column] = (weights * image).sum(axis=(0, 1)) / weights.sum()
        return painted
    mean = image.astype(np.float64).mean(axis=(0, 1))
    colour = {"black": low, "white": high, "grey": (low + high) / 2, "mean": mean}[settings.fill]
    return np.broadcast_to(colour, image.shape)


def slow_map(
    model: PlantedModel, image: npt.NDArray[np.float32], label: int, settings: OcclusionSettings
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Map (h, w) and scores of the positions (positions, positions), one pixel at a time."""
    height, width, _ = image.shape
    low, high = model.value_range.low, model.value_range.high
    paint = slow_fill(settings, image, low, high)
    windows, starts = [], []
    for side in (height, width):
        window = round(settings.window * side)
        half = window // 2
        places = np.linspace(half, side - half, settings.positions)
        windows.append(window)
        starts.append([math.trunc(place) - half for place in places])

    untouched = view(model.scores(image[None])[0], label, settings.score, model.head)
    lost, covers = np.zeros((height, width)), np.zeros((height, width))
    scores = np.zeros((settings.positions, settings.positions))
    for i, top in enumerate(starts[0]):
        for j, left in enumerate(starts[1]):
            covered = image.copy()
            pixels = [
                (row, column)
                for row in range(top, min(top + windows[0], height))
                for column in range(left, min(left + windows[1], width))
            ]
            for row, column in pixels:
                covered[row, column] = paint[row, column]
            scores[i, j] = view(model.scores(covered[None])[0], label, settings.score, model.head)
            if not pixels:  # beyond the lower or right edge
                scores[i, j] = np.nan
            for row, column in pixels:
                lost[row, column] += untouched - scores[i, j] if settings.value == "drop" else scores[i, j]
                covers[row, column] += 1
    with np.errstate(invalid="ignore"):
        return lost / covers, scores


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"window": 0.05},
        {"window": 0.5, "fill": "black"},
        {"positions": 2, "fill": "white"},
        {"positions": 2, "window": 0.5, "score": "logit"},
        {"positions": 30, "score": "log-probability"},
        {"positions": 30, "window": 0.05, "fill": "black", "score": "logit"},
        {"window": 0.33, "positions": 7, "fill": "white"},
        {"window": 0.3, "positions": 5, "fill": "mean"},
        {"window": 0.3, "positions": 5, "fill": "blur", "score": "logit"},
        {"positions": 6, "value": "value"},
        {"positions": 6, "value": "value", "score": "log-probability"},
    ],
    ids=str,
)
@pytest.mark.parametrize("shape", [(19, 38, 3), (31, 20, 1)], ids=str)
def test_map_and_positions_are_those_of_the_definition(
    values: dict[str, object], shape: tuple[int, int, int]
) -> None:
    model, images, targets = curved_model(*shape), noise(2, *shape), np.array([[0, 2], [1, 0]])
    settings = OcclusionSettings.model_validate(values)
    found = answer(model, images, targets, settings)
    for i, k in np.ndindex(targets.shape):
        expected, scores = slow_map(model, images[i], targets[i, k], settings)
        np.testing.assert_allclose(found.maps[i, k], expected, atol=1e-5)
        np.testing.assert_allclose(found.target_arrays["position_scores"][i, k], scores, atol=1e-5)


@pytest.mark.parametrize("score", ["probability", "log-probability"])
def test_sigmoid_classes_are_each_for_itself(score: str) -> None:
    model, images, targets = curved_model(9, 14, 3), noise(1, 9, 14, 3), np.array([[2, 0]])
    model.head = Head.SIGMOID
    settings = OcclusionSettings(positions=3, window=0.4, score=score)  # type: ignore[arg-type]
    found = answer(model, images, targets, settings)
    for k, label in enumerate(targets[0]):
        expected, _ = slow_map(model, images[0], label, settings)
        np.testing.assert_allclose(found.maps[0, k], expected, atol=1e-5)
    assert "position_log_normalizer" not in found.arrays


def test_pixels_under_no_patch_were_not_measured() -> None:
    settings = OcclusionSettings(window=0.05, positions=2)
    found = answer(planted_model(), planted_images(1), np.array([[0]]), settings)
    expected = np.zeros((20, 40), bool)
    expected[0, [0, 1, 38, 39]] = True  # windows of 1 x 2, of which the lower two lie below the picture
    np.testing.assert_array_equal(np.isfinite(found.maps[0, 0]), expected)


def test_every_class_and_score_is_a_view_of_what_is_kept() -> None:
    model, images, targets = curved_model(8, 13, 3, classes=7), noise(2, 8, 13, 3), np.array([[0], [3]])
    kept = answer(model, images, targets, OcclusionSettings(positions=3)).arrays
    np.testing.assert_array_equal(kept["kept_classes"], [np.arange(7)] * 2)
    for i, label in np.ndindex(2, 7):
        for score in ("probability", "log-probability", "logit"):
            settings = OcclusionSettings(positions=3, score=score)  # type: ignore[arg-type]
            _, expected = slow_map(model, images[i], label, settings)
            untouched = view(model.scores(images[i : i + 1])[0], label, score, model.head)
            for logits, normalizer, truth in (
                (kept["position_logits"][i, label], kept["position_log_normalizer"][i], expected),
                (kept["untouched_logits"][i, label], kept["untouched_log_normalizer"][i, 0], untouched),
            ):
                log_probability = logits - normalizer
                by_name = {
                    "logit": logits,
                    "log-probability": log_probability,
                    "probability": np.exp(log_probability),
                }
                np.testing.assert_allclose(by_name[score], truth, atol=1e-5)


def test_of_many_classes_the_best_and_those_asked_for_are_kept() -> None:
    model, images = curved_model(8, 13, 1, classes=150), noise(2, 8, 13, 1)
    scores = model.scores(images)
    ranked = np.argsort(-scores, axis=1)
    targets = np.stack([ranked[:, 149], ranked[:, 0], ranked[:, 60]], axis=1)
    kept = answer(model, images, targets, OcclusionSettings(positions=2)).arrays
    for i in range(2):
        classes = kept["kept_classes"][i].astype(int)
        assert set(targets[i]) | set(ranked[i, :20]) <= set(classes)
        assert len(set(classes)) == len(classes) == 23
        np.testing.assert_array_equal(kept["untouched_logits"][i], scores[i, classes])
        whole = np.log(np.exp(scores[i].astype(np.float64)).sum())  # over all 150
        np.testing.assert_allclose(kept["untouched_log_normalizer"][i, 0], whole, rtol=1e-5)


def notes_with(offset: float, score: str) -> tuple[str, ...]:
    model = planted_model()
    model.offsets[0] = offset
    settings = OcclusionSettings(score=score)  # type: ignore[arg-type]
    found: Result = answer(model, planted_images(1), np.array([[0]]), settings)
    return found.target_notes[0][0] if found.target_notes else ()


def test_a_saturated_probability_is_said_and_the_logit_offered() -> None:
    assert any("Class 0" in note and "logit" in note for note in notes_with(50, "probability"))
    assert any("Class 0" in note for note in notes_with(-50, "probability"))
    assert notes_with(50, "logit") == ()
    assert notes_with(1, "probability") == ()


def test_a_model_that_sees_nothing_is_not_called_saturated() -> None:
    model = planted_model()
    model.weights[:] = 0
    model.offsets[0] = 50
    settings = OcclusionSettings()
    assert answer(model, planted_images(1), np.array([[0]]), settings).target_notes == (((),),)


def test_a_grid_shows_each_position_in_a_cell_of_its_own() -> None:
    model, images, targets = curved_model(19, 38, 3), noise(1, 19, 38, 3), np.array([[1]])
    settings = OcclusionSettings(positions=4, window=0.25, drawn="grid", value="value", score="logit")
    found = answer(model, images, targets, settings)
    _, scores = slow_map(model, images[0], 1, settings)
    middles = [2.5, 7.5, 12.5, 17], [5, 14, 23, 33]  # of 5 x 10 pixels from rows 0 5 10 15, columns 0 9 18 28
    for row, column in np.ndindex(19, 38):
        i, j = (
            min(range(4), key=lambda place: (abs(pixel + 0.5 - middle[place]), place))
            for pixel, middle in zip((row, column), middles, strict=True)
        )
        assert found.maps is not None
        assert found.maps[0, 0, row, column] == pytest.approx(scores[i, j], abs=1e-5)


def test_previews_grow_from_coarse_to_fine_and_ask_for_nothing_twice() -> None:
    asked: list[Patch] = []

    class Noting(CurvedModel):
        def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
            asked.extend(patches)
            return super().covered_scores(images, patches, fill)

    model = curved_model(19, 38, 3)
    model.__class__ = Noting
    settings, targets = OcclusionSettings(positions=9), np.array([[1, 0]])
    known = []
    for preview in occlusion.compute(model, noise(1, 19, 38, 3), targets, settings):
        known.append(np.isfinite(preview.target_arrays["position_scores"][0, 0]))
    assert len(asked) == len(set(asked)) == 81
    assert len(known) > 4
    assert all((now >= before).all() for before, now in itertools.pairwise(known))
    assert known[0].sum() <= 12  # the first comes early ...
    assert known[0].any(axis=0).sum() >= 3 and known[0].any(axis=1).sum() >= 3  # ... and has been everywhere
    assert known[-1].all()


def test_patches_beyond_the_edge_are_not_asked_for() -> None:
    settings = OcclusionSettings(
        window=0.05, positions=2
    )  # windows of 1 x 2, of which two lie below the picture
    found = answer(planted_model(), planted_images(1), np.array([[0]]), settings)
    np.testing.assert_array_equal(
        np.isfinite(found.arrays["position_logits"][0]), np.array([[[True, True], [False, False]]] * 3)
    )


@pytest.mark.parametrize("head", [Head.SOFTMAX, Head.SIGMOID])
def test_other_answers_come_from_the_arrays_without_the_model(head: Head) -> None:
    model, images = curved_model(19, 38, 3), noise(2, 19, 38, 3)
    model.head = head
    asked = OcclusionSettings(positions=7)
    arrays = answer(model, images, np.array([[0], [1]]), asked).arrays
    assert occlusion.views is not None
    for values in ({"score": "logit"}, {"value": "value", "score": "log-probability"}, {"drawn": "grid"}):
        assert set(values) <= occlusion.views.settings
        other, targets = asked.model_copy(update=values), np.array([[2, 0], [0, 1]])
        found, expected = (
            occlusion.views.compute(arrays, targets, other, (19, 38)),
            answer(model, images, targets, other),
        )
        assert found is not None
        np.testing.assert_array_equal(found.maps, expected.maps)
        assert found.target_notes == expected.target_notes
        assert found.arrays.keys() == expected.arrays.keys()
        for name, array in found.arrays.items():
            np.testing.assert_array_equal(array, expected.arrays[name])


def test_a_class_that_was_not_kept_needs_the_model() -> None:
    model, images = curved_model(8, 13, 1, classes=150), noise(1, 8, 13, 1)
    ranked = np.argsort(-model.scores(images), axis=1)
    arrays = answer(model, images, ranked[:, :1], OcclusionSettings(positions=2)).arrays
    assert occlusion.views is not None
    assert (
        occlusion.views.compute(arrays, ranked[:, 100:101], OcclusionSettings(positions=2), (8, 13)) is None
    )
    assert occlusion.views.compute(arrays, ranked[:, 10:11], OcclusionSettings(positions=2), (8, 13))


def test_a_score_that_is_left_is_called_so() -> None:
    left = OcclusionSettings(value="value")
    assert occlusion.quantity(left) == "class probability when covered"
    assert occlusion.sign(left) is Sign.MAGNITUDE
    assert occlusion.sign(OcclusionSettings(value="value", score="logit")) is Sign.SIGNED
    assert occlusion.sign(OcclusionSettings()) is Sign.SIGNED

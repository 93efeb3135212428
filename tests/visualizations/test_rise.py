"""RISE against its definition, one pixel at a time, and against what many masks must come to."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from picasso_tb.conformance.planted import HEIGHT, WIDTH, uniform_model
from picasso_tb.models.protocol import Head, Images, Scores
from picasso_tb.visualizations.declare import Result, Sign
from picasso_tb.visualizations.rise import RiseSettings, _masks, rise
from tests.visualizations.test_occlusion import curved_model, noise, view


def answer(*question: Any) -> Result:
    *_, last = rise.compute(*question)
    assert isinstance(last, Result)
    return last


def slow_masks(settings: RiseSettings, height: int, width: int) -> npt.NDArray[np.float64]:
    """The masks (masks, h, w) of the paper: random grids, enlarged bilinearly, a random part cut out."""
    cells = settings.grid
    chance = np.random.default_rng([settings.seed, 0]).random((settings.masks, cells, cells))
    shift = np.random.default_rng([settings.seed, 1]).random((settings.masks, 2))
    cell = math.ceil(height / cells), math.ceil(width / cells)
    masks = np.zeros((settings.masks, height, width))
    for index, row, column in np.ndindex(*masks.shape):
        grid = chance[index] < settings.probability
        near, share = [], []
        for pixel, size, at in zip((row, column), cell, shift[index], strict=True):
            enlarged = size * (cells + 1)
            place = (pixel + int(at * size) + 0.5) * cells / enlarged - 0.5
            place = min(max(place, 0), cells - 1)
            near.append((int(place), min(int(place) + 1, cells - 1)))
            share.append(place - int(place))
        (top, bottom), (left, right) = near
        upper = grid[top, left] * (1 - share[1]) + grid[top, right] * share[1]
        lower = grid[bottom, left] * (1 - share[1]) + grid[bottom, right] * share[1]
        masks[index, row, column] = upper * (1 - share[0]) + lower * share[0]
    return masks


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"fill": "black", "score": "logit", "seed": 3},
        {"fill": "mean", "score": "log-probability", "grid": 3},
        {"fill": "white", "value": "value", "probability": 0.3},
        {"grid": 2, "value": "value", "score": "logit"},
    ],
    ids=str,
)
@pytest.mark.parametrize("shape", [(11, 18, 3), (17, 9, 1)], ids=str)
def test_maps_are_those_of_the_definition(values: dict[str, object], shape: tuple[int, int, int]) -> None:
    model, images, targets = curved_model(*shape), noise(2, *shape), np.array([[0, 2], [1, 0]])
    settings = RiseSettings.model_validate({"masks": 60, "grid": 4, **values})
    found = answer(model, images, targets, settings)
    masks = slow_masks(settings, *shape[:2])
    low, high = model.value_range.low, model.value_range.high
    for i, k in np.ndindex(targets.shape):
        mean = images[i].astype(np.float64).mean(axis=(0, 1))
        paint = {"black": low, "white": high, "grey": (low + high) / 2, "mean": mean}[settings.fill]
        scores = []
        for mask in masks:
            shown = np.empty_like(images[i])
            for row, column in np.ndindex(*shape[:2]):
                seen = mask[row, column]
                shown[row, column] = seen * images[i][row, column] + (1 - seen) * paint
            scores.append(view(model.scores(shown[None])[0], targets[i, k], settings.score, model.head))
        expected = np.zeros(shape[:2])
        for row, column in np.ndindex(*shape[:2]):
            seen = masks[:, row, column]
            expected[row, column] = np.dot(scores, seen) / seen.sum()
            if settings.value == "drop":
                expected[row, column] -= np.dot(scores, 1 - seen) / (1 - seen).sum()
        np.testing.assert_allclose(found.target_arrays["mask_scores"][i, k], scores, atol=2e-5)
        assert found.maps is not None
        np.testing.assert_allclose(found.maps[i, k], expected, atol=5e-5)


def test_masks_show_what_they_should_and_move() -> None:
    settings = RiseSettings(masks=4000, grid=5, probability=0.3)
    masks = _masks(settings, 14, 23).drawn(np.arange(4000))
    assert masks.shape == (4000, 14, 23)
    assert masks.min() >= 0 and masks.max() <= 1
    np.testing.assert_allclose(masks.mean(axis=0), 0.3, atol=5 * math.sqrt(0.21 / 4000))
    other = _masks(settings.model_copy(update={"seed": 1}), 14, 23).drawn(np.arange(4000))
    assert np.abs(masks - other).mean() > 0.1


def test_some_masks_are_the_same_whatever_others_are_drawn() -> None:
    masks = _masks(RiseSettings(masks=50), 14, 23)
    np.testing.assert_array_equal(masks.drawn(np.array([7, 3])), masks.drawn(np.arange(50))[[7, 3]])


def test_a_linear_model_gets_what_the_masks_have_in_common_with_its_pixels() -> None:
    """Of a score that is one pixel's value the drop is that value times how often both are seen together."""
    model = curved_model(12, 20, 1, classes=2)
    model.__class__ = OnePixel
    images = np.zeros((1, 12, 20, 1), np.float32)
    images[0, 3, 15] = 2
    settings = RiseSettings(masks=500, fill="grey", score="logit", grid=4)
    model.value_range.low[:], model.value_range.high[:] = -1, 1
    found = answer(model, images, np.array([[0]]), settings).maps
    masks = _masks(settings, 12, 20).drawn(np.arange(500)).astype(np.float64)
    seen = masks[:, 3, 15]
    expected = 2 * (
        np.einsum("p,phw->hw", seen, masks) / masks.sum(0)
        - np.einsum("p,phw->hw", seen, 1 - masks) / (1 - masks).sum(0)
    )
    assert found is not None
    np.testing.assert_allclose(found[0, 0], expected, atol=1e-5)
    # The peak is there, give or take the size of a cell.
    row, column = np.unravel_index(found[0, 0].argmax(), (12, 20))
    assert abs(row - 3) <= 2 and abs(column - 15) <= 3


class OnePixel(type(curved_model(2, 3, 1))):  # type: ignore[misc]
    def scores(self, images: Images) -> Scores:
        return np.stack([images[:, 3, 15, 0], 0 * images[:, 3, 15, 0]], axis=1)


def test_memory_does_not_grow_with_the_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picasso_tb.visualizations.rise._VALUES_AT_ONCE", 5 * 11 * 18 * 3)
    model, images, targets = curved_model(11, 18, 3), noise(1, 11, 18, 3), np.array([[0]])
    most = 0

    class Noting(type(model)):  # type: ignore[misc]
        def scores(self, images: Images) -> Scores:
            nonlocal most
            most = max(most, len(images))
            return super().scores(images)

    few = answer(model, images, targets, RiseSettings(masks=60)).maps
    model.__class__ = Noting
    np.testing.assert_allclose(answer(model, images, targets, RiseSettings(masks=60)).maps, few, atol=1e-6)
    assert most == 5


def test_previews_come_early_and_only_add() -> None:
    model, images = curved_model(11, 18, 3), noise(1, 11, 18, 3)
    previews = list(rise.compute(model, images, np.array([[0]]), RiseSettings(masks=200)))
    known = [np.isfinite(one.target_arrays["mask_scores"][0, 0]).sum() for one in previews]
    assert known[0] <= 10 and known[-1] == 200
    assert known == sorted(known) and len(known) > 5
    last, half = previews[-1].maps, previews[-4].maps
    assert last is not None and half is not None
    assert np.corrcoef(last.ravel(), half.ravel())[0, 1] > 0.7


@pytest.mark.parametrize("head", [Head.SOFTMAX, Head.SIGMOID])
def test_other_answers_come_from_the_arrays_without_the_model(head: Head) -> None:
    model, images = curved_model(11, 18, 3), noise(2, 11, 18, 3)
    model.head = head
    asked = RiseSettings(masks=60)
    arrays = answer(model, images, np.array([[0], [1]]), asked).arrays
    assert rise.views is not None
    for values in ({"score": "logit"}, {"value": "value", "score": "log-probability"}):
        assert set(values) <= rise.views.settings
        other, targets = asked.model_copy(update=values), np.array([[2, 0], [0, 1]])
        found, expected = (
            rise.views.compute(arrays, targets, other, (11, 18)),
            answer(model, images, targets, other),
        )
        assert found is not None
        np.testing.assert_allclose(found.maps, expected.maps, atol=1e-5)


def test_a_mean_is_called_so() -> None:
    mean = RiseSettings(value="value")
    assert rise.quantity(mean) == "mean class probability when visible"
    assert rise.quantity(RiseSettings(score="logit")) == "drop in mean logit when hidden"
    assert rise.sign(mean) is Sign.MAGNITUDE
    assert rise.sign(RiseSettings()) is Sign.SIGNED


def test_a_model_that_looks_everywhere_gives_a_flat_map_but_for_noise_and_edges() -> None:
    """The noise of a mean is the scores' deviation over the root of their number, of a drop twice that."""
    settings = RiseSettings(masks=4000, score="logit", fill="black")
    found = answer(uniform_model(), np.ones((1, HEIGHT, WIDTH, 3), np.float32), np.array([[0]]), settings)
    assert found.maps is not None
    map = found.maps[0, 0].astype(np.float64)
    noise = 2 * found.target_arrays["mask_scores"].std() / math.sqrt(settings.masks)
    cell = HEIGHT // settings.grid + 1, WIDTH // settings.grid + 1
    assert np.ptp(map[cell[0] : -cell[0], cell[1] : -cell[1]]) < 8 * noise
    rows = map.mean(axis=1) / map.mean()
    assert rows.argmin() in (0, HEIGHT - 1)
    assert 0.5 < rows.min() < 0.8 and 1 < rows.max() < 1.2

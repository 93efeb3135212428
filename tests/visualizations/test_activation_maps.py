"""Class activation maps against slow loops straight from their papers, on real networks in float64."""

from typing import Any

import keras
import numpy as np
import PIL.Image
import pytest

from picasso_tb.conformance.planted import REGIONS, PlantedModel, planted_images, planted_model
from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.checked_model import CheckedModel
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.picture_model import PictureModel
from picasso_tb.visualizations.declare import CATALOGUE, Needs, Result, Sign
from tests.visualizations.networks import HEIGHT, NETWORKS, TARGETS, WIDTH, Numbers, Slow


def grad_cam(activations: Numbers, slopes: Numbers, score: float) -> Numbers:
    total = np.zeros(activations.shape[:2])
    for channel in range(activations.shape[2]):
        total += slopes[..., channel].sum() / slopes[..., channel].size * activations[..., channel]
    return np.where(total > 0, total, 0)


def grad_cam_plus_plus(activations: Numbers, slopes: Numbers, score: float) -> Numbers:
    """With the exponential of the score and its three derivatives written out; then without its factor."""
    height, width, channels = activations.shape
    total = np.zeros((height, width))
    for channel in range(channels):
        first, second, third = (np.exp(score) * slopes[..., channel] ** power for power in (1, 2, 3))
        whole = activations[..., channel].sum()
        weight = 0.0
        for place in np.ndindex(height, width):
            if second[place] > 0:
                alpha = second[place] / (2 * second[place] + whole * third[place])
                weight += alpha * max(first[place], 0)
        total += weight * activations[..., channel]
    return np.where(total > 0, total, 0) / np.exp(score)


def hirescam(activations: Numbers, slopes: Numbers, score: float) -> Numbers:
    total = np.zeros(activations.shape[:2])
    for row, column, channel in np.ndindex(activations.shape):
        total[row, column] += slopes[row, column, channel] * activations[row, column, channel]
    return total


def layer_cam(activations: Numbers, slopes: Numbers, score: float) -> Numbers:
    total = np.zeros(activations.shape[:2])
    for row, column, channel in np.ndindex(activations.shape):
        total[row, column] += max(slopes[row, column, channel], 0) * activations[row, column, channel]
    return np.where(total > 0, total, 0)


PAPERS = {one.__name__: one for one in (grad_cam, grad_cam_plus_plus, hirescam, layer_cam)}


@pytest.fixture(params=NETWORKS)
def slow(request: pytest.FixtureRequest) -> Slow:
    keras.backend.clear_session()
    return Slow(request.param)


def found(name: str, model: Any, images: Any, targets: Any = TARGETS, **settings: Any) -> Result:
    entry = CATALOGUE[name]
    result: Result = entry.compute(model, images, targets, entry.parse(settings))
    return result


def resized(layer_map: Numbers) -> Numbers:
    """Larger by Pillow: bilinear between the centres of cells."""
    image = PIL.Image.fromarray(layer_map.astype(np.float32), mode="F")
    return np.asarray(image.resize((WIDTH, HEIGHT), PIL.Image.Resampling.BILINEAR), np.float64)


def test_every_method_that_needs_activations_is_tested_here() -> None:
    assert set(PAPERS) == {name for name, entry in CATALOGUE.items() if entry.needs is Needs.ACTIVATIONS}


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("layer", [None, "looked_into"])
def test_maps_are_those_of_the_paper(slow: Slow, name: str, layer: str | None) -> None:
    result = found(name, slow.model, slow.images(), layer=layer)
    assert result.maps is not None
    shown = 0
    for i, k in np.ndindex(TARGETS.shape):
        truth = PAPERS[name](*slow.layer(slow.images()[i], int(TARGETS[i, k])))
        size = np.abs(truth).max()
        shown += size > 1e-3
        np.testing.assert_allclose(
            result.target_arrays["layer_map"][i, k], truth, rtol=1e-4, atol=1e-4 * size
        )
        np.testing.assert_allclose(result.maps[i, k], resized(truth), rtol=1e-4, atol=1e-4 * size)
    assert shown > 1
    settings = CATALOGUE[name].parse({})
    assert (CATALOGUE[name].sign(settings) is Sign.SIGNED) == (name == "hirescam")


@pytest.mark.parametrize("name", PAPERS)
def test_another_layer_gives_another_map(name: str) -> None:
    slow = Slow("plain")
    first = slow.model.layers[0]
    result = found(name, slow.model, slow.images(), layer=first.name)
    assert result.target_arrays["layer_map"].shape == (*TARGETS.shape, first.height, first.width)
    assert (first.height, first.width) == (HEIGHT - 2, WIDTH - 2)
    other = found(name, slow.model, slow.images()).maps
    assert np.abs(result.maps - other).max() > 1e-4  # type: ignore[operator]


def test_before_a_linear_layer_hirescam_sums_to_the_score() -> None:
    slow = Slow("plain")
    constant = slow.network.layers[-1].get_weights()[1]
    layer_map = found("hirescam", slow.model, slow.images()).target_arrays["layer_map"]
    for i, k in np.ndindex(TARGETS.shape):
        expected = slow.score(slow.images()[i], int(TARGETS[i, k])) - constant[TARGETS[i, k]]
        assert layer_map[i, k].sum() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("name", PAPERS)
def test_the_planted_evidence_is_found_where_it_is(name: str) -> None:
    images = planted_images()
    maps = found(name, planted_model(), images, np.array([[0, 1]] * 2), layer="evidence").maps
    assert maps is not None
    for i, k in np.ndindex(2, 2):
        region = np.zeros(images.shape[1:3], bool)
        region[REGIONS[k]] = True
        assert (maps[i, k][region] > 0).any()
        assert not maps[i, k][~region].any()


@pytest.mark.parametrize("name", PAPERS)
def test_a_class_for_which_nothing_speaks_is_named(name: str) -> None:
    result = found(name, planted_model(), planted_images(1), np.array([[0, 2]]), layer="evidence")
    assert not result.maps[0, 1].any()  # type: ignore[index]
    [[silent_0, [said]]] = result.target_notes
    assert silent_0 == ()
    assert "class 2: nothing that layer evidence finds" in said


def test_an_unknown_layer_is_refused_by_name() -> None:
    with pytest.raises(InvalidArgument, match="Received: 'no such layer'") as refused:
        found("grad_cam", planted_model(), planted_images(1), np.array([[0]]), layer="no such layer")
    assert refused.value.field == "layer"


def test_a_model_without_layers_says_which_methods_work() -> None:
    class Bare:
        layers = ()

    with pytest.raises(ModelRefused, match=r"rows and columns.*occlusion or saliency"):
        found("grad_cam", Bare(), planted_images(1), np.array([[0]]))


def test_nothing_passes_back_through_preprocessing() -> None:
    model = PictureModel(planted_model(), InputSpec())
    with pytest.raises(InvalidArgument, match="space: Expected 'input'"):
        found("grad_cam", model, planted_images(1), np.array([[0]]))


def test_a_diverged_layer_is_refused() -> None:
    model = planted_model()
    model.weights[:] = np.inf
    with pytest.raises(ModelRefused, match="finite activations of pooled"), np.errstate(all="ignore"):
        found("grad_cam", CheckedModel(model), planted_images(1), np.array([[0]]))


class Below(PlantedModel):
    """Its layers give negative values, as behind a swish."""

    def activations(self, *question: Any) -> Any:
        found = super().activations(*question)
        return found._replace(activations=found.activations - 1)


def test_grad_cam_plus_plus_says_where_its_weights_may_explode() -> None:
    planted, question = planted_model(), (planted_images(1), np.array([[0]]))
    below = Below(planted.weights, planted.offsets, planted.value_range)
    assert any("negative" in note for note in found("grad_cam_plus_plus", below, *question).notes)
    assert not any("negative" in note for note in found("grad_cam_plus_plus", planted, *question).notes)

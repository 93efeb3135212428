"""Gradient methods against slow loops straight from their papers, on real networks in float64."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from picasso_tb.conformance.planted import PlantedModel, planted_images, planted_model
from picasso_tb.models.protocol import Images
from picasso_tb.visualizations import gradients
from picasso_tb.visualizations.declare import CATALOGUE, Result, Sign
from tests.visualizations.networks import HEIGHT, NETWORKS, TARGETS, WIDTH, Numbers, Slow


@pytest.fixture(params=NETWORKS)
def slow(request: pytest.FixtureRequest) -> Slow:
    keras.backend.clear_session()
    return Slow(request.param)


def found(name: str, model: Any, images: Images, targets: Any = TARGETS, **settings: Any) -> Result:
    entry = CATALOGUE[name]
    result: Result = entry.compute(model, images, targets, entry.parse(settings))
    return result


def compare(result: Result, slow: Slow, expected: Callable[[Images, int], Numbers]) -> None:
    """Each map against `expected` of its image and class, to 1e-4 of the map's largest value."""
    assert result.maps is not None
    for i, k in np.ndindex(TARGETS.shape):
        truth = expected(slow.images()[i], int(TARGETS[i, k]))
        assert np.abs(truth).max() > 1e-9
        np.testing.assert_allclose(result.maps[i, k], truth, rtol=1e-4, atol=1e-4 * np.abs(truth).max())


def one_value(pixel: Any, values: str, channels: str) -> float:
    """One value of the slopes of a pixel's channels."""
    sizes = [abs(float(one)) for one in pixel]
    signed = sizes if values == "absolute" else [float(one) for one in pixel]
    if channels == "max":
        return signed[sizes.index(max(sizes))]
    if channels == "l2":
        return float(np.copysign(np.sqrt(sum(size**2 for size in sizes)), signed[sizes.index(max(sizes))]))
    return sum(signed) / (len(signed) if channels == "mean" else 1)


def per_pixel(slopes: Numbers, values: str = "absolute", channels: str = "max") -> Numbers:
    return np.array([[one_value(pixel, values, channels) for pixel in row] for row in slopes])


@pytest.mark.parametrize("values", ["absolute", "signed"])
@pytest.mark.parametrize("channels", ["max", "mean", "sum", "l2"])
def test_saliency_is_the_slope_of_the_logit(slow: Slow, values: str, channels: str) -> None:
    result = found("saliency", slow.model, slow.images(), values=values, channels=channels)
    compare(result, slow, lambda image, label: per_pixel(slow.slope(image, label), values, channels))
    assert not any(map(any, result.target_notes))


def test_signs_depend_on_what_is_asked() -> None:
    saliency, smoothgrad = CATALOGUE["saliency"], CATALOGUE["smoothgrad"]
    assert saliency.sign(saliency.parse({})) is Sign.MAGNITUDE
    assert saliency.sign(saliency.parse({"values": "signed"})) is Sign.SIGNED
    for statistic, sign in (("mean", Sign.SIGNED), ("squared", Sign.MAGNITUDE), ("variance", Sign.MAGNITUDE)):
        settings = smoothgrad.parse({"values": "signed", "statistic": statistic})
        assert smoothgrad.sign(settings) is sign


def test_gradient_x_input_is_the_product_summed_over_channels(slow: Slow) -> None:
    result = found("gradient_x_input", slow.model, slow.images())
    compare(result, slow, lambda image, label: (slow.slope(image, label) * image).sum(axis=-1))


def noisy_slopes(slow: Slow, image: Images, label: int, samples: int, noise: float, seed: int) -> Numbers:
    """(samples, h, w, c); the range of values is 2."""
    slopes = []
    for sample in range(samples):
        drawn = np.random.default_rng([seed, sample]).standard_normal(image.shape).astype(np.float32)
        slopes.append(slow.slope(image + np.float32(noise * 2) * drawn, label))
    return np.array(slopes)


@pytest.mark.parametrize(
    ("statistic", "of_slopes"),
    [
        ("mean", lambda slopes: slopes.mean(axis=0)),
        ("squared", lambda slopes: (slopes**2).mean(axis=0)),
        ("variance", lambda slopes: slopes.var(axis=0)),
    ],
)
@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_smoothgrad_is_the_statistic_of_noisy_slopes(
    slow: Slow,
    statistic: str,
    of_slopes: Callable[[Numbers], Numbers],
    at_once: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gradients, "_VALUES_AT_ONCE", at_once * slow.images().size)
    settings = {"samples": 7, "noise": 0.2, "seed": 5}
    result = found("smoothgrad", slow.model, slow.images(), statistic=statistic, **settings)
    compare(
        result, slow, lambda image, label: per_pixel(of_slopes(noisy_slopes(slow, image, label, **settings)))
    )


def test_smoothgrad_can_keep_its_sign(slow: Slow) -> None:
    settings = {"samples": 4, "noise": 0.1, "seed": 0}
    asked = {"values": "signed", "channels": "sum"}
    compare(
        found("smoothgrad", slow.model, slow.images(), **settings, **asked),
        slow,
        lambda image, label: per_pixel(noisy_slopes(slow, image, label, **settings).mean(axis=0), **asked),
    )


def baseline_of(image: Images, kind: str) -> Numbers:
    colours = {"black": -1.0, "grey": 0.0, "white": 1.0}
    if kind in colours:
        return np.full(image.shape, colours[kind])
    if kind == "mean":
        return np.broadcast_to(image.astype(np.float64).mean(axis=(0, 1)), image.shape)
    blurred = np.zeros(image.shape)
    for row, column in np.ndindex(HEIGHT, WIDTH):
        weights = np.exp(-0.5 * ((np.arange(HEIGHT) - row) / (0.1 * HEIGHT)) ** 2)[:, None] * np.exp(
            -0.5 * ((np.arange(WIDTH) - column) / (0.1 * WIDTH)) ** 2
        )
        blurred[row, column] = (image * weights[..., None]).sum(axis=(0, 1)) / weights.sum()
    return blurred


@pytest.mark.parametrize("baseline", ["black", "grey", "white", "mean", "blur"])
def test_integrated_gradients_are_the_integral(baseline: str) -> None:
    """Against the midpoint rule with many steps, another quadrature, on a network without a kink."""
    slow = Slow("depthwise")

    def integral(image: Images, label: int) -> Numbers:
        start = baseline_of(image, baseline)
        way = image - start
        slopes = [slow.slope(start + (step + 0.5) / 400 * way, label) for step in range(400)]
        return (np.mean(slopes, axis=0) * way).sum(axis=-1)

    compare(found("integrated_gradients", slow.model, slow.images(), baseline=baseline), slow, integral)


@pytest.mark.parametrize("steps", [2, 5, 50])
@pytest.mark.parametrize("baseline", ["black", "blur"])
def test_integrated_gradients_sum_to_the_change_within_the_error_reported(
    slow: Slow, steps: int, baseline: str
) -> None:
    result = found("integrated_gradients", slow.model, slow.images(), steps=steps, baseline=baseline)
    assert result.maps is not None
    for i, k in np.ndindex(TARGETS.shape):
        image = slow.images()[i]
        start, label = baseline_of(image, baseline), int(TARGETS[i, k])
        change = slow.score(image, label) - slow.score(start, label)
        error = result.maps[i, k].sum(dtype=np.float64) - change
        scale = float(np.abs(result.maps[i, k]).sum())
        assert result.target_arrays["score_change"][i, k] == pytest.approx(change, abs=1e-5 * scale)
        assert result.target_arrays["completeness_error"][i, k] == pytest.approx(error, abs=1e-5 * scale)
        if steps == 50:
            assert abs(error) < 0.02 * abs(change) + 1e-3 * scale


class Steep(PlantedModel):
    """Scores fall to zero in the first percents of the way from black to the picture, and stay there."""

    def scores(self, images: Images) -> Any:
        return np.maximum(super().scores(images), 0)

    def gradients(self, images: Images, targets: Any) -> Any:
        falls = np.take_along_axis(super().scores(images), targets, axis=1) > 0
        return super().gradients(images, targets) * falls[..., None, None, None].astype(np.float32)


def test_a_large_error_is_said_with_what_to_do() -> None:
    planted = planted_model()
    planted.value_range.low[:] = 0
    steep = Steep(planted.weights * 100, planted.offsets, planted.value_range)
    result = found("integrated_gradients", steep, planted_images(1), np.array([[0]]), steps=2)
    assert result.target_arrays["completeness_error"][0, 0] == pytest.approx(1, rel=1e-4)
    note = result.target_notes[0][0][-1]
    assert "sums to 0, its score changes by -1 from the baseline: an error of 1. The slopes" in note
    exact = found("integrated_gradients", planted, planted_images(1), np.array([[0]]), steps=2)
    [[[note]]] = exact.target_notes
    assert "The map of class 0 sums to" in note and "error of" in note and "Take more" not in note
    assert abs(exact.target_arrays["completeness_error"]).max() < 1e-5


def test_a_linear_model_has_closed_forms() -> None:
    model, images, targets = planted_model(), planted_images(), np.array([[1, 0], [0, 1]])
    weights = model.weights[targets]
    product = (weights * images[:, None]).sum(axis=-1)
    way = (weights * (images - model.value_range.middle)[:, None]).sum(axis=-1)
    kept = {"statistic": "mean", "values": "signed", "channels": "sum"}
    for name, settings, expected in (
        ("saliency", {"values": "signed", "channels": "sum"}, weights.sum(axis=-1)),
        ("gradient_x_input", {}, product),
        ("smoothgrad", kept, weights.sum(axis=-1)),
        ("smoothgrad", {"statistic": "squared", "channels": "sum"}, (weights**2).sum(axis=-1)),
        ("integrated_gradients", {"baseline": "grey"}, way),
    ):
        maps = found(name, model, images, targets, **settings).maps
        np.testing.assert_allclose(maps, expected, rtol=1e-4, atol=1e-7, err_msg=name)


def test_the_slopes_of_a_linear_model_do_not_vary_at_all_and_that_is_said() -> None:
    result = found("smoothgrad", planted_model(), planted_images(1), np.array([[1, 0]]), statistic="variance")
    assert not result.maps.any()  # type: ignore[union-attr]
    [[[of_1], [of_0]]] = result.target_notes
    assert "class 1: the slope is the same under all noise" in of_1
    assert "class 0: the slope is the same under all noise" in of_0


@pytest.mark.parametrize("name", ["saliency", "gradient_x_input", "smoothgrad", "integrated_gradients"])
def test_a_class_without_a_slope_is_named(name: str) -> None:
    result = found(name, planted_model(), planted_images(1), np.array([[2, 0]]))
    of_2, of_0 = result.target_notes[0]
    assert "class 2: the score has no slope" in of_2[0]
    assert not any("nothing to see" in note for note in of_0)


def test_noise_is_a_share_of_each_channels_own_range_and_the_same_for_every_image() -> None:
    shown: list[Images] = []

    class Seen(PlantedModel):
        def gradients(self, images: Images, targets: Any) -> Any:
            shown.append(images)
            return super().gradients(images, targets)

    planted, images = planted_model(), planted_images()
    model = Seen(planted.weights, planted.offsets, planted.value_range)
    found("smoothgrad", model, images, np.array([[0], [1]]), noise=0.5, samples=60)
    copies = np.concatenate(shown).reshape(2, 60, *images.shape[1:])
    noise = copies - images[:, None]
    np.testing.assert_allclose(noise[0], noise[1], atol=1e-6)
    ranges = planted.value_range.high - planted.value_range.low
    np.testing.assert_allclose(noise[0].std(axis=(0, 1, 2)), 0.5 * ranges, rtol=0.02)
    assert abs(noise[0].mean()) < 0.01
    assert abs(np.corrcoef(noise[0, 0].ravel(), noise[0, 1].ravel())[0, 1]) < 0.1


def test_many_variants_are_never_in_memory_at_once() -> None:
    sizes: list[int] = []

    class Counted(PlantedModel):
        def gradients(self, images: Images, targets: Any) -> Any:
            sizes.append(images.size * targets.shape[1])
            return super().gradients(images, targets)

    planted = planted_model()
    model = Counted(planted.weights, planted.offsets, planted.value_range)
    found("smoothgrad", model, planted_images(), np.array([[0, 1, 2]] * 2), samples=500)
    assert max(sizes) <= 2**21 < sum(sizes)
    assert len(sizes) < 20

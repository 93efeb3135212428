"""Six kinds of models, each saved and loaded back, as runs of one log directory: all drawn in one page."""

import base64
import io
import re
from collections.abc import Iterator

import numpy as np
import PIL.Image
import pytest
from playwright.sync_api import Page, expect

from picasso_tb import InputSpec, Writer
from tests.e2e.numbers import numbers
from tests.e2e.tab import Tab
from tests.models.networks import HEIGHT, WIDTH, drawn
from tests.models.shapes import DOORS, SHAPES
from tests.running import TensorBoard, running

KINDS = {  # shape: the door that it comes through
    "sequential": ".keras",
    "functional": ".h5",
    "nested": "export",
    "subclassed": "SavedModel",
    "one sigmoid": "json",
    "float16": ".keras",
}
# Grey, so that every colour drawn is a map's.
PICTURE = np.repeat(np.random.default_rng(0).integers(0, 256, (1, HEIGHT, WIDTH, 1), np.uint8), 3, axis=3)
COLOURED = """canvas => {  // share of the drawn pixels that are not grey
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let coloured = 0;
    for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue] = data.subarray(at, at + 3);
        coloured += Math.max(red, green, blue) - Math.min(red, green, blue) > 12;
    }
    return 4 * coloured / data.length;
}"""


@pytest.fixture(scope="module")
def models_tensorboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TensorBoard]:
    logdir = tmp_path_factory.mktemp("models")
    for shape, door in {**KINDS, "regression": ".keras"}.items():
        model = drawn(SHAPES[shape].make)
        if shape == "regression":
            model.weights[-1].assign([0.6])  # near which its values are
        snapshot = DOORS[door](model, tmp_path_factory.mktemp("files"))
        with Writer(logdir / run_of(shape), strict=True) as writer:
            writer.add_model(snapshot, input_spec=InputSpec(scale=1 / 255))
            writer.add_checkpoint(snapshot, 1)
            writer.add_probes(PICTURE, names=["picture"])
    with running(logdir, tmp_path_factory.mktemp("models-cache")) as tensorboard:
        yield tensorboard


def run_of(shape: str) -> str:
    return shape.replace(" ", "-")


def live_probability(shape: str) -> float:
    """Of the predicted class, by the live model."""
    row = np.asarray(drawn(SHAPES[shape].make)(PICTURE.astype(np.float32) / 255, training=False))[0]
    return float(max(row[0], 1 - row[0]) if shape == "one sigmoid" else row.max())


def test_each_kind_has_its_maps_drawn(models_tensorboard: TensorBoard, page: Page) -> None:
    # Networks that nobody trained react little: the scale of the view ends where their maps do.
    tab = Tab(page, models_tensorboard, "&p.picasso.scale=free&p.picasso.visualization=saliency")
    for shape in KINDS:
        tab.choose_run(run_of(shape))
        for title, name in (("Saliency", "saliency"), ("Occlusion", "occlusion")):
            tab.choose_visualization(title)
            info, values = numbers(models_tensorboard, run_of(shape), 1, ["picture"], name)["picture"]
            assert values.shape == (HEIGHT, WIDTH) and np.isfinite(values).any()
            canvas = tab.map_of("picture")
            expect(canvas).to_have_attribute("data-key", info["key"])
            assert canvas.evaluate(COLOURED) > 0.05, (shape, name)
            expect(tab.inside.get_by_role("alert")).to_have_count(0)
        said = f"{live_probability(shape):.2f}".removeprefix("0")
        expect(tab.probe("picture")).to_contain_text(re.compile(rf"class \d {re.escape(said)}"))


def test_a_value_between_0_and_1_is_no_probability(models_tensorboard: TensorBoard, page: Page) -> None:
    info, _ = numbers(models_tensorboard, "regression", 1)["picture"]
    assert info["score_name"] == "value" and 0.5 < info["score"] < 0.7
    assert info["quantity"] == "drop in value when covered"
    tab = Tab(page, models_tensorboard, "&p.picasso.run=regression&p.picasso.visualization=occlusion")
    tab.wait_for_maps(1)
    tile = tab.probe("picture")
    expect(tile).to_contain_text(f"value {info['score']:.2f}")  # with its zero, as no probability is written
    expect(tile.locator(".bar")).to_have_count(0)
    expect(tab.inside.get_by_label("Score", exact=True)).to_have_count(0)
    expect(tab.inside.get_by_role("radio", name=re.compile("^All"))).to_have_count(1)
    expect(tab.inside.get_by_role("radio", name=re.compile("wrong", re.IGNORECASE))).to_have_count(0)
    expect(tab.inside.get_by_role("option", name="Most confident")).to_have_count(0)
    tile.dblclick()
    side = tab.inside.locator("picasso-inspect-side")
    expect(side.locator(".said")).to_have_text(re.compile(r"^value 0\.\d\d$"))
    expect(side.get_by_role("heading", name="Classes")).to_have_count(0)
    expect(side.locator("dl")).to_contain_text("of the untouched picture, taken from the outputs as they are")


def test_what_the_model_receives_is_shown(models_tensorboard: TensorBoard, page: Page) -> None:
    numbers(models_tensorboard, "sequential", 1, None, "saliency")
    state = "&p.picasso.view=inspect&p.picasso.run=sequential&p.picasso.visualization=saliency"
    side = Tab(page, models_tensorboard, state).inside.locator("picasso-inspect-side")
    expect(side.locator("dl")).to_contain_text("of the untouched picture, taken before the softmax")
    received = side.locator("picasso-inspect-received")
    values = PICTURE / 255
    expect(received).to_contain_text(
        f"float32 ({HEIGHT}, {WIDTH}, 3), {values.min():.2f} to {values.max():.2f}"
    )
    expect(received).to_contain_text("resized to 9 \N{MULTIPLICATION SIGN} 14 (bilinear), pixel / 255")
    expect(received).to_contain_text("Drawn from 0 (black) to 1 (white).")
    picture = received.get_by_role("img", name="What the model receives")
    expect(picture).to_have_js_property("naturalWidth", WIDTH)
    content = base64.b64decode((picture.get_attribute("src") or "").partition(",")[2])
    np.testing.assert_array_equal(np.asarray(PIL.Image.open(io.BytesIO(content))), PICTURE[0])

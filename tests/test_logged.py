"""`picasso_tb.open_run`: the same numbers in Python as in the tab, from what a run logged."""

import io
import json
import pathlib
import shutil

import keras
import numpy as np
import PIL.Image
import pytest

from picasso_tb import InputSpec, explain, open_run
from picasso_tb.errors import DamagedFile, InvalidArgument, ModelRefused, NotFound
from picasso_tb.store.run import RunStore
from tests.api.test_http import MULTIPART
from tests.api.test_uploads import form, picture_file
from tests.running import TensorBoard


def maps_of_tab(
    tensorboard: TensorBoard, checkpoint: str, probes: list[str], **asked: object
) -> list[np.ndarray]:
    """The numbers behind what the tab draws, one map after the other."""
    body = {"run": "run", "checkpoint": checkpoint, "probes": probes, **asked}
    answer = tensorboard.ask("api/maps", body).json
    if answer["job"]:
        tensorboard.wait_for_job(answer["job"])
    contents = [tensorboard.ask(f"api/maps/{entry['key']}").content for entry in answer["maps"]]
    return [np.load(io.BytesIO(content)) for content in contents]


@pytest.mark.parametrize(
    ("visualization", "settings"),
    [
        ("occlusion", {"positions": 4, "score": "logit"}),
        ("occlusion", {"space": "picture", "picture_size": 32, "positions": 3, "fill": "white"}),
        ("saliency", {}),
    ],
)
def test_the_same_numbers_as_in_the_tab(small_logdir, small_tensorboard, visualization, settings):
    run = open_run(small_logdir / "run")
    probes = run.probes(["picture 2", "picture 0"])
    ids = [probe.id for probe in probes]
    asked = {"visualization": visualization, "settings": settings}
    seen = []
    for checkpoint in (run.checkpoint(1), run.checkpoint(0)):  # the second replaces the weights of the first
        found = explain(checkpoint, probes, visualization, top=2, settings=settings)
        assert found.maps is not None
        top = {"kind": "top", "count": 2}
        in_tab = maps_of_tab(small_tensorboard, f"model-{checkpoint.step}", ids, targets=top, **asked)
        np.testing.assert_allclose(found.maps.reshape(-1, 12, 20), in_tab, atol=1e-6, rtol=1e-5)
        seen.append(found.maps)
    assert np.nanmax(abs(seen[0] - seen[1])) > 0.01 * np.nanmax(abs(seen[0]))


def test_a_checkpoint_brings_its_names_and_its_input(small_logdir):
    run = open_run(str(small_logdir / "run"))
    assert run.steps == (0, 1, 2)
    assert "3 steps, 4 probes" in repr(run)
    assert run.checkpoint().step == 2
    checkpoint = run.checkpoint(step=1, model="model")
    assert checkpoint.class_names == ("bird", "cat", "dog")
    assert checkpoint.metrics == {"val_loss": 9.0}
    spec = checkpoint.input_spec
    assert (spec.height, spec.width, spec.mode) == (12, 20, "RGB")
    with pytest.raises(InvalidArgument, match="brings its own"):
        explain(checkpoint, run.probes(), input_spec=InputSpec())


def test_probes_come_by_name_and_id_in_the_order_asked_for(small_logdir):
    run = open_run(small_logdir / "run")
    everything = run.probes()
    assert [probe.name for probe in everything] == [f"picture {i}" for i in range(4)]
    assert [probe.label for probe in everything] == [0, 1, 2, 0]
    third, first = run.probes([everything[2].id, "picture 0"])
    assert (third.name, first.name) == ("picture 2", "picture 0")
    assert third.picture.shape == (12, 20, 3) and third.masks == ("corner",) and third.array is None
    assert run.probes("picture 1")[0].id == everything[1].id


def test_probes_and_other_pictures_go_together_and_alone(small_logdir):
    run = open_run(small_logdir / "run")
    probe = run.probes("picture 1")[0]
    picture = PIL.Image.fromarray(probe.picture)
    alone, mixed = (
        explain(run.checkpoint(), images, "saliency", targets=1) for images in (probe, [probe, picture])
    )
    assert alone.maps is not None and mixed.maps is not None
    assert np.abs(alone.maps).max() > 0
    for map in (mixed.maps[0, 0], mixed.maps[1, 0]):
        np.testing.assert_allclose(map, alone.maps[0, 0], rtol=1e-5)


def test_a_float_probe_is_what_the_model_receives(tmp_path):
    store = RunStore(tmp_path)
    array = np.random.default_rng(3).uniform(-1, 1, (4, 5, 1)).astype(np.float32)
    store.save_probe(np.zeros((4, 5), np.uint8), array, name="floats")
    [probe] = open_run(tmp_path).probes()
    assert probe.array is not None and probe.image.picture is None
    np.testing.assert_array_equal(probe.image.array, array)
    model = keras.Sequential(
        [keras.Input((4, 5, 1)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")]
    )
    found = explain(model, [probe], "class_probabilities")
    np.testing.assert_allclose(found.probabilities, model.predict(array[None], verbose=0), rtol=1e-5)


def test_what_is_not_there_is_said_with_what_is(small_logdir, tmp_path):
    run = open_run(small_logdir / "run")
    with pytest.raises(NotFound, match=r"one of the steps 0, 1, 2 .* Received: 7"):
        run.checkpoint(7)
    with pytest.raises(NotFound, match=r"one of the models model .* Received: 'other'"):
        run.checkpoint(model="other")
    with pytest.raises(NotFound, match=r"picture 0, .* Received: 'nobody'"):
        run.probes(["nobody"])
    with pytest.raises(NotFound, match=r"holds the runs run: open one of them"):
        open_run(small_logdir)
    with pytest.raises(NotFound, match="Expected a run with Picasso data"):
        open_run(tmp_path / "nowhere")


def test_what_is_ambiguous_or_damaged_is_named(tmp_path):
    store = RunStore(tmp_path)
    one = store.save_probe(np.zeros((4, 5), np.uint8), name="twin")
    store.save_probe(np.full((4, 5), 9, np.uint8), name="twin")
    run = open_run(tmp_path)
    with pytest.raises(InvalidArgument, match=one.id):
        run.probes("twin")
    with pytest.raises(NotFound, match="Expected a checkpoint"):
        run.checkpoint()
    (tmp_path / "plugins/picasso/probes" / one.image).write_bytes(b"\x89PNG")
    with pytest.raises(DamagedFile):
        run.probes(one.id)
    (tmp_path / f"plugins/picasso/probes/{one.id}.json").write_text("{")
    with pytest.raises(NotFound, match=f"not used: {one.id}.json: Expected a JSON object"):
        open_run(tmp_path).probes(one.id)


def test_two_models_at_one_step_have_to_be_told_apart(tmp_path):
    store = RunStore(tmp_path)
    for name in ("student", "teacher"):
        model = store.save_model(
            "{}",
            name=name,
            class_names=[],
            classes=2,
            height=4,
            width=5,
            channels=3,
            input_spec={},
        )
        store.save_checkpoint(model, 3, ["kernel"], [np.zeros((2, 2), np.float32)])
    run = open_run(pathlib.Path(tmp_path))
    assert run.steps == (3,)
    assert run.checkpoint(3, "teacher").model == "teacher"
    with pytest.raises(InvalidArgument, match="student, teacher"):
        run.checkpoint(3)


def test_the_tab_says_where_runs_and_added_pictures_lie(small_logdir, small_tensorboard):
    small_tensorboard.run_index("run")
    [run] = small_tensorboard.ask("api/runs").json["runs"]
    assert open_run(run["path"]).steps == open_run(small_logdir / "run").steps
    content = form(picture_file((30, 20)))
    added = small_tensorboard.ask("api/probes", headers={"Content-Type": MULTIPART}, content=content).json
    try:
        listed = {one["id"]: one for one in small_tensorboard.ask("api/probes?run=run").json["probes"]}
        [probe] = open_run(listed[added["id"]]["location"]).probes(added["id"])
        assert probe.picture.shape == (20, 30, 3) and probe.label is None
        assert {one["location"] for one in listed.values() if not one["uploaded"]} == {None}
    finally:
        small_tensorboard.ask(f"api/probes/{added['id']}", method="DELETE")


def test_a_function_that_the_run_names_needs_trust(small_logdir, tmp_path):
    shutil.copytree(small_logdir / "run", tmp_path / "run")
    record = tmp_path / "run/plugins/picasso/models/model.json"
    content = json.loads(record.read_text())
    content["input_spec"] = {"function": "tests.test_logged.brightened"}
    record.write_text(json.dumps(content))
    with pytest.raises(ModelRefused, match=r"names tests\.test_logged\.brightened.*trust="):
        open_run(tmp_path / "run").checkpoint()
    assert not BRIGHTENED
    run = open_run(tmp_path / "run", trust=["tests"])
    found = explain(run.checkpoint(), run.probes("picture 0"), "class_probabilities")
    picture = run.probes("picture 0")[0].picture
    expected = explain(
        open_run(small_logdir / "run").checkpoint(), picture + np.float32(9), "class_probabilities"
    )
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-5)
    assert BRIGHTENED


BRIGHTENED = []


def brightened(pixels):
    BRIGHTENED.append(pixels.shape)
    return pixels + 9

"""The HTTP interface of a real TensorBoard, asked as a script would."""

import io
import json
from urllib.parse import quote

import numpy as np
import PIL.Image
import pytest

from picasso_tb import explain
from picasso_tb.api import openapi
from picasso_tb.store.run import RunStore
from tests.running import TensorBoard, running

RUN = "run"
MULTIPART = "multipart/form-data; boundary=limit"


def question(tensorboard: TensorBoard, **changes):
    checkpoints, probes = tensorboard.run_index(RUN)
    asked = {
        "run": RUN,
        "checkpoint": checkpoints[-1]["id"],
        "probes": [probe["id"] for probe in probes if not probe["uploaded"]],
        "visualization": "occlusion",
        "settings": {"positions": 4},
        "targets": {"kind": "top", "count": 2},
    }
    return asked | changes


def computed(tensorboard: TensorBoard, **changes):
    """The entries of a request, all of them done."""
    asked = question(tensorboard, **changes)
    job = tensorboard.ask("api/maps", asked).json["job"]
    if job:
        status = tensorboard.wait_for_job(job)
        assert not [one["error"] for one in status["finished"] if one["error"]]
    answer = tensorboard.ask("api/maps", asked).json
    assert answer["job"] is None
    return answer["maps"]


def npy(tensorboard: TensorBoard, key: str, query: str = ""):
    answer = tensorboard.ask(f"api/maps/{key}{query}")
    assert answer.status == 200, answer.content
    return np.load(io.BytesIO(answer.content), allow_pickle=False)


def test_what_is_known_is_told_without_beginning_anything(small_tensorboard):
    [known, *_] = {one["probe"]: one for one in computed(small_tensorboard)}
    fewer = question(small_tensorboard, compute=False)
    answer = small_tensorboard.ask("api/maps", fewer).json
    assert answer["job"] is None
    assert {one["state"] for one in answer["maps"] if one["probe"] == known} == {"done"}
    answer = small_tensorboard.ask("api/maps", fewer | {"settings": {"positions": 3}}).json
    assert answer["job"] is None
    assert {one["state"] for one in answer["maps"]} == {"pending"}


def test_the_index_tells_what_was_logged(small_tensorboard):
    checkpoints, probes = small_tensorboard.run_index(RUN)
    assert [one["step"] for one in checkpoints] == [0, 1, 2]
    assert checkpoints[0]["names"] == ["first"] and "last" in checkpoints[-1]["names"]
    assert [(one["name"], one["label"]) for one in probes[:2]] == [("picture 0", 0), ("picture 1", 1)]
    models = small_tensorboard.ask(f"api/checkpoints?run={RUN}").json["models"]
    assert models[0]["class_names"] == ["bird", "cat", "dog"]
    assert (models[0]["height"], models[0]["width"]) == (12, 20)


def test_pictures_and_masks_come_as_logged(small_tensorboard, small_logdir):
    _, probes = small_tensorboard.run_index(RUN)
    store = RunStore(small_logdir / RUN)
    record = json.loads(store.probes.read(f"{probes[0]['id']}.json"))
    address = f"api/probes/{probes[0]['id']}/image?run={RUN}"
    shown = small_tensorboard.ask(f"{address}&v={probes[0]['image_version']}")
    assert shown.content == store.probes.read(record["image"])
    assert "immutable" in shown.headers["Cache-Control"]
    assert small_tensorboard.ask(address).headers["Cache-Control"] == "no-cache"
    mask = PIL.Image.open(io.BytesIO(small_tensorboard.ask(f"{address}&mask=corner").content))
    assert np.array_equal(np.asarray(mask) > 0, np.arange(240).reshape(12, 20) < 40)


def test_a_large_picture_comes_in_the_size_that_is_asked_for(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 64, (600, 900, 3), np.uint8)
    pixels[:, 450:] += 190  # noise, dark at the left and bright at the right
    probe = RunStore(tmp_path / "logs" / "run").save_probe(pixels)
    with running(tmp_path / "logs", tmp_path / "cache") as tensorboard:
        version = tensorboard.run_index("run")[1][0]["image_version"]
        address = f"api/probes/{probe.id}/image?run=run&v={version}"
        whole, small = tensorboard.ask(address), tensorboard.ask(f"{address}&side=256")
    image = PIL.Image.open(io.BytesIO(small.content))
    assert (image.format, image.size) == ("PNG", (256, 171))
    halves = np.asarray(image)[:, [64, 192]].mean(axis=(0, 2))
    np.testing.assert_allclose(halves, [31.5, 221.5], atol=4)
    assert len(small.content) < len(whole.content) / 8
    assert "immutable" in small.headers["Cache-Control"] and small.headers["ETag"] != whole.headers["ETag"]


@pytest.mark.parametrize("visualization", ["occlusion", "saliency", "class_probabilities"])
def test_the_tab_gets_the_numbers_of_explain(small_tensorboard, small_logdir, visualization):
    settings = {"positions": 4} if visualization == "occlusion" else {}
    entries = computed(small_tensorboard, visualization=visualization, settings=settings)
    model, pictures = live_model(small_logdir)
    expected = explain(model, pictures, visualization, top=2, settings=settings)
    for entry, (row, column) in zip(entries, np.ndindex(4, 2), strict=True):
        info = entry["info"]
        assert info["target"] == expected.targets[row, column]
        assert info["probability"] == pytest.approx(expected.probabilities[row, info["target"]], abs=1e-6)
        if visualization == "class_probabilities":
            got = npy(small_tensorboard, entry["key"], "?array=probabilities")
            np.testing.assert_allclose(got, expected.probabilities[row], atol=1e-6)
        else:
            got = npy(small_tensorboard, entry["key"])
            np.testing.assert_allclose(got, expected.maps[row, column], atol=1e-6)
            assert info["highest"] == pytest.approx(np.nanmax(expected.maps[row, column]), abs=1e-6)


def live_model(logdir):
    """The last checkpoint in a network written down once more, and the pictures."""
    import keras

    model = keras.Sequential(
        [
            keras.layers.Input((12, 20, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    [file] = (logdir / RUN / "plugins/picasso/checkpoints").glob("model-2-*.npz")
    with np.load(file) as arrays:
        model.set_weights([arrays[name] for name in arrays.files])
    pictures = np.random.default_rng(0).integers(0, 255, (4, 12, 20, 3), dtype=np.uint8)
    return model, pictures


def test_targets_are_those_asked_for(small_tensorboard):
    chosen = computed(small_tensorboard, targets={"kind": "classes", "classes": [0, 2]})
    assert [entry["info"]["target"] for entry in chosen] == [0, 2] * 4
    true = computed(small_tensorboard, targets={"kind": "true"})
    assert [entry["info"]["target"] for entry in true] == [0, 1, 2, 0]
    # a class that is already known under "chosen classes" is not computed again for "true label"
    assert {entry["key"] for entry in true} < {
        entry["key"]
        for entry in computed(small_tensorboard, targets={"kind": "classes", "classes": [0, 1, 2]})
    }


def test_what_a_map_is_without_is_said(small_tensorboard):
    key = computed(small_tensorboard)[0]["key"]
    for form in ("exhibits", "page"):
        answer = small_tensorboard.ask(f"api/maps/{key}?format={form}")
        assert (answer.status, answer.json["error"]["message"]) == (
            404,
            f"Expected a map with {form}. Received: one without",
        )


def test_exports_hold_the_same_numbers(small_tensorboard):
    key = computed(small_tensorboard)[0]["key"]
    values = npy(small_tensorboard, key)
    with np.load(io.BytesIO(small_tensorboard.ask(f"api/maps/{key}?format=npz").content)) as file:
        np.testing.assert_array_equal(file["map"], values)
        info = json.loads(str(file["info"]))
    assert info == small_tensorboard.ask(f"api/maps/{key}?format=json").json
    image = PIL.Image.open(io.BytesIO(small_tensorboard.ask(f"api/maps/{key}?format=png").content))
    low, high = float(image.text["black"]), float(image.text["white"])
    grey, alpha = np.asarray(image).transpose(2, 0, 1).astype(float)
    assert np.array_equal(alpha > 0, np.isfinite(values)) and low == -high
    drawn = np.where(alpha > 0, low + grey / 255 * (high - low), np.nan)
    np.testing.assert_allclose(drawn, values, atol=(high - low) / 255)


@pytest.mark.parametrize("array", ["../../x", "%00", '"', "%0d%0aX-Evil:1", "nothing"])
def test_an_array_is_one_of_those_kept(small_tensorboard, array):
    key = computed(small_tensorboard)[0]["key"]
    answer = small_tensorboard.ask(f"api/maps/{key}?array={array}")
    assert answer.status == 404 and "Expected one of" in answer.json["error"]["message"]
    for form in ("json", "npz", "png"):
        assert small_tensorboard.ask(f"api/maps/{key}?format={form}&array={array}").status in (200, 404)


def test_a_known_map_is_answered_from_the_browsers_cache(small_tensorboard):
    key = computed(small_tensorboard)[0]["key"]
    tag = small_tensorboard.ask(f"api/maps/{key}").headers["ETag"]
    again = small_tensorboard.ask(f"api/maps/{key}", headers={"If-None-Match": tag})
    assert again.status == 304 and again.content == b""


def test_an_estimate_says_what_a_request_will_cost(small_tensorboard):
    asked = question(small_tensorboard, settings={"positions": 5, "fill": "white"})
    before = small_tensorboard.ask("api/estimate", asked).json
    assert (before["maps"], before["known"], before["passes"]) == (8, 0, 4 * 26)
    computed(small_tensorboard, settings={"positions": 5, "fill": "white"})
    after = small_tensorboard.ask("api/estimate", asked).json
    assert (after["known"], after["passes"], after["seconds"]) == (8, 0, 0)


def test_a_job_reports_and_can_be_cancelled(small_tensorboard):
    asked = question(small_tensorboard, settings={"positions": 100})
    job = small_tensorboard.ask("api/maps", asked).json["job"]
    status = small_tensorboard.ask(f"api/jobs/{job}").json
    assert status["state"] in ("queued", "running") and status["phase"] and status["passes"] == 4 * 10001
    assert small_tensorboard.ask(f"api/jobs/{job}", method="DELETE").json["state"] == "cancelled"
    assert len(computed(small_tensorboard, settings={"positions": 3})) == 8


BAD_QUESTIONS = {
    "unknown run": ({"run": "../run"}, 404, "run"),
    "unknown checkpoint": ({"checkpoint": "model-99"}, 404, "checkpoint"),
    "unknown probe": ({"probes": ["nobody"]}, 404, "probe"),
    "no probe": ({"probes": []}, 400, "probes"),
    "too many probes": ({"probes": ["x"] * 1001}, 422, "probes"),
    "unknown visualization": ({"visualization": "tarot"}, 404, "visualization"),
    "unknown setting": ({"settings": {"windows": 1}}, 400, "windows"),
    "setting out of bounds": ({"settings": {"positions": 101}}, 400, "positions"),
    "setting of another type": ({"settings": {"positions": "ten"}}, 400, "positions"),
    "class that is none": ({"targets": {"kind": "classes", "classes": [3]}}, 400, "targets"),
    "negative class": ({"targets": {"kind": "classes", "classes": [-1]}}, 400, "targets"),
    "targets of no kind": ({"targets": {"kind": "best"}}, 400, "targets"),
    "a field nobody knows": ({"colour": "red"}, 400, "colour"),
    "a field nobody knows inside": ({"targets": {"kind": "top", "oops": 1}}, 400, "targets.top.oops"),
}


@pytest.mark.parametrize("name", BAD_QUESTIONS)
@pytest.mark.parametrize("route", ["api/maps", "api/estimate"])
def test_a_bad_question_is_refused_by_the_name_of_its_fault(small_tensorboard, route, name):
    changes, status, field = BAD_QUESTIONS[name]
    answer = small_tensorboard.ask(route, question(small_tensorboard) | changes)
    assert answer.status == status, answer.content
    assert field in answer.json["error"]["field"] and answer.json["error"]["message"]


BAD_REQUESTS = {
    "no such address": (("api/nothing",), 404),
    "no run given": (("api/probes",), 400),
    "run out of the log directory": (("api/probes?run=../../etc",), 404),
    "key that is none": (("api/maps/not-a-key",), 404),
    "key out of the store": (("api/maps/..%2f..%2fetc%2fpasswd",), 404),
    "key of an unknown map": (("api/maps/" + "0" * 32,), 404),
    "unknown format": (("api/maps/" + "0" * 32 + "?format=exe",), 400),
    "unknown job": (("api/jobs/1",), 404),
    "seen is no number": (("api/jobs/1?seen=-1",), 400),
    "probe out of the store": (("api/probes/..%2f..%2fx/image?run=run",), 404),
    "picture of any size": (("api/probes/x/image?run=run&side=1000000",), 400),
    "mask made smaller": (("api/probes/x/image?run=run&mask=corner&side=128",), 400),
    "wrong method": (("api/runs", None, "DELETE"), 405),
    "no JSON": (("api/maps", None, "POST", {"Content-Type": "application/json"}, b"{"), 400),
    "JSON of another shape": (("api/maps", [1]), 400),
    "deep JSON": (("api/maps", None, "POST", {"Content-Type": "application/json"}, b"[" * 100000), 400),
    "not UTF-8": (("api/maps", None, "POST", {"Content-Type": "application/json"}, b"\xff\xfe"), 400),
    "too long": (("api/maps", None, "POST", {"Content-Type": "application/json"}, b" " * (5 * 2**20)), 413),
    "no form": (("api/probes", None, "POST", {"Content-Type": MULTIPART}, b"nothing"), 400),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_gets_an_explained_4xx(small_tensorboard, name):
    arguments, status = BAD_REQUESTS[name]
    answer = small_tensorboard.ask(*arguments)
    assert answer.status == status, answer.content
    assert answer.json["error"]["message"] and answer.headers["X-Content-Type-Options"] == "nosniff"


FOREIGN = {
    "a form of another site": {"Content-Type": "text/plain", "X-XSRF-Protected": ""},
    "without our header": {"X-XSRF-Protected": "0"},
    "from another site": {"Sec-Fetch-Site": "cross-site"},
    "from another host of this site": {"Sec-Fetch-Site": "same-site"},
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("route", [("api/maps", "POST"), ("api/jobs/1", "DELETE"), ("api/probes", "POST")])
def test_other_sites_can_change_nothing(small_tensorboard, name, route):
    path, method = route
    body = None if method == "DELETE" else question(small_tensorboard)
    answer = small_tensorboard.ask(path, body, method, FOREIGN[name])
    assert answer.status == 403 and answer.json["error"]["code"] == "forbidden"


def test_no_answer_invites_other_sites(small_tensorboard):
    for path in ("api/runs", "api/catalogue", "index.js"):
        answer = small_tensorboard.ask(path, headers={"Origin": "http://elsewhere.example"})
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_openapi_describes_every_route(small_tensorboard):
    from picasso_tb.api.app import _ROUTES

    published = small_tensorboard.ask("api/openapi.json").json
    assert published == json.loads(json.dumps(openapi.document()))
    described = {
        (path, method)
        for path, item in published["paths"].items()
        for method in item
        if method != "parameters"
    }
    routed = {
        (rule.rule.removeprefix("/api").replace("<", "{").replace(">", "}"), method.lower())
        for rule in _ROUTES.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == routed


def test_names_in_any_script_are_served(tmp_path):
    run = RunStore(tmp_path / "logs" / "run")
    pixels = np.zeros((4, 5), np.uint8)
    probe = run.save_probe(pixels, id="猫 1", masks={"空": pixels > 0})
    with running(tmp_path / "logs", tmp_path / "cache") as tensorboard:
        assert tensorboard.run_index("run")[1][0]["id"] == probe.id
        address = f"api/probes/{quote(probe.id)}/image?run=run"
        for query in ("", f"&mask={quote('空')}"):
            assert tensorboard.ask(address + query).status == 200

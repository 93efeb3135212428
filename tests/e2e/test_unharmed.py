"""Whatever is in the log directory or missing on the machine, TensorBoard goes on and says what is wrong."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import urllib.request

import keras
import numpy as np
import psutil
import pytest
from playwright.sync_api import expect

from picasso_tb import Writer
from picasso_tb.store.run import RunStore
from tests.conftest import log_small_run
from tests.e2e.conftest import complaints_of
from tests.e2e.tab import Tab
from tests.running import TensorBoard, running, wait_for

NO_TENSORFLOW = "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None"


def scalars_listing(tensorboard: TensorBoard) -> bool:
    """Whether another dashboard works."""
    with urllib.request.urlopen(tensorboard.url + "data/plugins_listing") as response:
        return "scalars" in json.load(response)


def copy_of(small_logdir: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    return pathlib.Path(shutil.copytree(small_logdir, folder / "logs"))


def maps_of_run(tensorboard: TensorBoard) -> list[dict]:
    """Saliency maps of every probe at the last checkpoint."""
    checkpoints, probes = tensorboard.run_index("run")
    asked = {
        "run": "run",
        "checkpoint": checkpoints[-1]["id"],
        "probes": [probe["id"] for probe in probes],
        "visualization": "saliency",
    }
    answer = tensorboard.ask("api/maps", asked).json
    if answer["job"]:
        tensorboard.wait_for_job(answer["job"])
        outcomes = {one["key"]: one for one in tensorboard.ask(f"api/jobs/{answer['job']}").json["finished"]}
        return [outcomes.get(entry["key"], entry) for entry in answer["maps"]]
    return answer["maps"]


def test_without_our_data_the_tab_teaches_how_to_log(tmp_path, page):
    (tmp_path / "logs").mkdir()
    with running(tmp_path / "logs", tmp_path / "cache") as tensorboard:
        assert tensorboard.ask("api/runs").json["runs"] == []
        tab = Tab(page, tensorboard)
        expect(tab.inside.get_by_text("PicassoCallback", exact=False).first).to_be_visible()
        log_small_run(tmp_path / "logs" / "late")
        wait_for(lambda: tensorboard.ask("api/runs").json["runs"], 30)


def test_without_tensorflow_known_maps_are_still_shown(small_logdir, tmp_path, page):
    logdir, cache = copy_of(small_logdir, tmp_path), tmp_path / "cache"
    with running(logdir, cache) as tensorboard:
        assert {entry["state"] for entry in maps_of_run(tensorboard)} == {"done"}
    with running(logdir, cache, code=NO_TENSORFLOW) as tensorboard:
        compute = tensorboard.ask("api/catalogue").json["compute"]
        assert not compute["available"] and "pip install" in compute["reason"]
        assert {entry["state"] for entry in maps_of_run(tensorboard)} == {"done"}
        tab = Tab(page, tensorboard)
        tab.choose_visualization("Saliency")
        tab.wait_for_maps(4)
        expect(tab.inside.get_by_text("TensorFlow is not installed", exact=False).first).to_be_visible()
        tab.choose_visualization("Occlusion")
        expect(tab.inside.locator("canvas[data-key]")).to_have_count(0)
        assert not tensorboard.workers()


def test_a_refused_model_says_why_and_what_to_do_at_its_maps(tmp_path, page):
    unknown = {"module": "mine", "class_name": "Halved", "config": {}, "registered_name": "mine>Halved"}
    layers = {"name": "network", "layers": [unknown]}
    network = {"module": "keras", "class_name": "Sequential", "config": layers, "registered_name": None}
    logged = RunStore(tmp_path / "logs" / "run")
    model = logged.save_model(
        json.dumps(network),
        name="model",
        class_names=[],
        classes=2,
        height=4,
        width=5,
        channels=3,
        input_spec={},
    )
    logged.save_probe(np.zeros((4, 5, 3), np.uint8))
    logged.save_checkpoint(model, 0, ["kernel"], [np.zeros((2, 2), np.float32)])
    inputs = [keras.Input((4, 5, 3)), keras.Input((4, 5, 3))]
    with Writer(tmp_path / "logs" / "unlogged") as writer:
        writer.add_model(keras.Model(inputs, keras.layers.Flatten()(keras.layers.Add()(inputs))))
        writer.add_probes(np.zeros((1, 4, 5, 3), np.uint8))
    with running(tmp_path / "logs", tmp_path / "cache") as tensorboard:
        tab = Tab(page, tensorboard, "&p.picasso.run=run&p.picasso.visualization=saliency")
        said = tab.inside.get_by_text("Received: Halved", exact=False).first
        expect(said).to_be_visible(timeout=60_000)
        expect(said).to_contain_text("allow it where you open the model")
        tab.choose_run("unlogged")
        expect(
            tab.inside.get_by_role("status").filter(has_text="Expected a model with one input")
        ).to_be_visible()
        page.goto("about:blank")  # before its server ends


def test_the_server_imports_no_framework():
    code = """
import sys
sys.modules["tensorflow"] = None  # TensorBoard's own import of it is none of ours
from tensorboard.plugins import base_plugin
from picasso_tb.loader import PicassoLoader
PicassoLoader().load(base_plugin.TBContext(logdir="."))
print(sorted({"keras", "torch", "jax"} & set(sys.modules)))
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_damaged_files_are_named_and_the_rest_works(small_logdir, tmp_path, page):
    logdir = copy_of(small_logdir, tmp_path)
    store = logdir / "run/plugins/picasso"
    probes = sorted(store.glob("probes/*.json"), key=lambda file: json.loads(file.read_text())["order"])
    probes[0].write_text('{"format": 1, "id": ')
    picture = store / "probes" / json.loads(probes[1].read_text())["image"]
    picture.write_bytes(picture.read_bytes()[:100])
    (store / "checkpoints/model-0.json").write_text('{"format": 2}')
    [weights] = store.glob("checkpoints/model-1-*.npz")
    weights.write_bytes(weights.read_bytes()[:300])
    [events] = (logdir / "run").glob("*tfevents*")
    events.write_bytes(events.read_bytes()[:-7] + b"garbage")
    with running(logdir, tmp_path / "cache") as tensorboard:
        checkpoints, _ = tensorboard.run_index("run")
        assert [one["step"] for one in checkpoints] == [1, 2]
        problems = tensorboard.ask("api/probes?run=run").json["problems"]
        assert {one["file"] for one in problems} == {probes[0].name, "model-0.json"}
        states = [(one["state"], (one["error"] or {}).get("code")) for one in maps_of_run(tensorboard)]
        assert states == [("failed", "damaged_file"), ("done", None), ("done", None)]
        assert tensorboard.ask(f"api/probes/{probes[1].stem}/image?run=run").status == 200
        question = {
            "run": "run",
            "checkpoint": "model-1",
            "probes": [probes[2].stem],
            "visualization": "saliency",
        }
        job = tensorboard.ask("api/maps", question).json["job"]
        [failed] = tensorboard.wait_for_job(job)["finished"]
        assert failed["error"]["code"] == "damaged_file" and "model-1" in failed["error"]["message"]
        tab = Tab(page, tensorboard)
        expect(tab.inside.get_by_text("2 problems")).to_be_visible()
        assert scalars_listing(tensorboard)


def test_a_run_deleted_while_open_is_said_to_be_gone(small_logdir, tmp_path, browser):
    logdir = copy_of(small_logdir, tmp_path)
    shutil.copytree(logdir / "run", logdir / "other")
    with running(logdir, tmp_path / "cache") as tensorboard:
        page = browser.new_page()
        complaints = complaints_of(page)
        tab = Tab(page, tensorboard, "&p.picasso.run=run&p.picasso.visualization=saliency")
        tab.wait_for_maps(4)
        shutil.rmtree(logdir / "run")
        wait_for(lambda: [one["name"] for one in tensorboard.ask("api/runs").json["runs"]] == ["other"], 60)
        assert tensorboard.ask("api/probes?run=run").status == 404
        expect(tab.inside.get_by_role("radio", name="run,")).to_have_count(0, timeout=30_000)
        expect(tab.inside.get_by_text("not in the log directory (any more)").first).to_be_visible()
        tab.choose_run("other")
        tab.wait_for_maps(4)
        page.close()
    # The browser itself reports the requests for what was deleted under the page.
    assert not [text for text in complaints if "404" not in text]


def test_the_tab_works_behind_a_path_prefix_and_without_fast_loading(small_logdir, tmp_path, page):
    with running(small_logdir, tmp_path / "cache", "--path_prefix=/x", "--load_fast=false") as tensorboard:
        assert tensorboard.url.endswith("/x/")
        tab = Tab(page, tensorboard, "&p.picasso.visualization=saliency")
        tab.wait_for_maps(4)


def test_a_wrong_flag_costs_the_plugin_only(small_logdir, tmp_path):
    tensorboard = TensorBoard(small_logdir, tmp_path / "cache", "--picasso_workers=many")
    try:
        assert tensorboard.ask("api/runs").status == 404 and scalars_listing(tensorboard)
        assert "--picasso_workers: Expected a number" in tensorboard.log
    finally:
        tensorboard.stop()


def test_killing_tensorboard_leaves_no_worker(small_logdir, tmp_path):
    tensorboard = TensorBoard(small_logdir, tmp_path / "cache")
    maps_of_run(tensorboard)
    workers = tensorboard.workers()
    assert workers
    tensorboard.process.kill()
    tensorboard.process.wait()
    wait_for(lambda: not any(alive(worker) for worker in workers), 30, lambda: str(workers))
    tensorboard.stop()


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_tensorboard_stops_a_running_task_without_a_word(tmp_path, signal_number):
    log_small_run(tmp_path / "logs/run", size=(48, 64), filters=128)
    with running(tmp_path / "logs", tmp_path / "cache") as tensorboard:
        checkpoints, probes = tensorboard.run_index("run")
        asked = {
            "run": "run",
            "checkpoint": checkpoints[0]["id"],
            "probes": [probe["id"] for probe in probes],
            "visualization": "occlusion",
            "settings": {"positions": 100},
        }
        job = tensorboard.ask("api/maps", asked).json["job"]
        wait_for(lambda: tensorboard.ask(f"api/jobs/{job}").json["phase"] == "computing", 60)
        workers = tensorboard.workers()
        os.killpg(tensorboard.process.pid, signal_number)  # the whole group, as Ctrl+C in a terminal does
        tensorboard.process.wait(30)
        wait_for(lambda: not any(alive(worker) for worker in workers), 30)


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE

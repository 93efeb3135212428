"""TensorBoard is killed in the middle of its work and started again: nothing that was there is lost."""

from tests.conftest import log_small_run
from tests.running import TensorBoard, running, wait_for


def ask(tensorboard, positions):
    checkpoints, probes = tensorboard.run_index("run")
    return {
        "run": "run",
        "checkpoint": checkpoints[-1]["id"],
        "probes": [probes[0]["id"]],
        "visualization": "occlusion",
        "settings": {"positions": positions},
    }


def test_maps_and_previews_survive(tmp_path):
    logdir, cache = tmp_path / "logs", tmp_path / "cache"
    log_small_run(logdir / "run", steps=(0,), size=(48, 64), filters=128)
    killed = TensorBoard(logdir, cache)
    [known] = killed.ask("api/maps", ask(killed, 3)).json["maps"]
    killed.wait_for_job(killed.ask("api/maps", ask(killed, 3)).json["job"])
    job = killed.ask("api/maps", ask(killed, 100)).json["job"]
    wait_for(lambda: killed.ask(f"api/jobs/{job}").json["previews"], 60)
    killed.process.kill()
    killed.stop()
    with running(logdir, cache) as restarted:
        answer = restarted.ask("api/maps", ask(restarted, 3)).json
        assert answer["job"] is None and answer["maps"][0]["key"] == known["key"]
        [unfinished] = restarted.ask("api/maps", ask(restarted, 100)).json["maps"]
        assert unfinished["state"] == "pending" and 0 < unfinished["info"]["preview"] < 1
        shown = restarted.ask(f"api/maps/{unfinished['info']['key']}")
        assert shown.status == 200 and shown.content.startswith(b"\x93NUMPY")

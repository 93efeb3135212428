"""A folder of own visualizations under a real TensorBoard: used, edited, broken; never in the server."""

import io
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import PIL.Image
import pytest

from tests.extensions.samples import BROKEN, METHOD, renamed, with_body
from tests.running import TensorBoard, running, wait_for

# Each process that imports one of the files leaves a line here, in the folder's log.
LOGGED = f"""import os, pathlib
with open(pathlib.Path(__file__).parent / "log", "a") as log:
    print(os.getpid(), file=log)
{METHOD}"""
TEMPLATE = """<h1>{{ result.probe.name }}</h1>
<p>{{ result.quantity }}, factor {{ result.settings.factor }}, {{ result.target.name }}</p>
<img src="{{ result.map_image }}"><img src="{{ result.overlay_image }}"><img src="{{ result.picture }}">
{% for row in result.map %}<i>{{ row|length }}</i>{% endfor %}"""
WRONG_ANSWERS = {  # by function: its body and what its maps' errors must say
    "no_answer": ("return None", "no_answer"),
    "small_map": ("return images[:, :1, :1, 0]", "small_map"),
    "text_map": ("return 'map'", "text_map"),
    "dividing": ("return 1 / 0", "ZeroDivisionError"),
    "leaving": ("raise SystemExit(3)", "SystemExit"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("methods")
    (folder / "logged.py").write_text(renamed("logged", LOGGED))
    (folder / "paged.py").write_text(renamed("paged"))
    (folder / "paged.html").write_text(TEMPLATE)
    (folder / "wrong_page.py").write_text(renamed("wrong_page"))
    (folder / "wrong_page.html").write_text("<p>\n{{ result.no_such }}</p>")
    for name, (text, _) in BROKEN.items():
        (folder / name).write_text(text)
    for name, (body, _) in WRONG_ANSWERS.items():
        (folder / f"wrong_{name}.py").write_text(with_body(name, body))
    (folder / "hanging.py").write_text("import time\ntime.sleep(600)\n")
    return folder


@pytest.fixture(scope="module")
def tensorboard(
    folder: pathlib.Path, small_logdir: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoard]:
    impatient = "import picasso_tb.jobs.catalogue as catalogue; catalogue._SECONDS_TO_IMPORT = 10"
    flag = f"--picasso_visualizations={folder}"
    with running(small_logdir, tmp_path_factory.mktemp("cache"), flag, code=impatient) as tensorboard:
        wait_for(lambda: tensorboard.ask("api/catalogue").json["scanned"], 90)
        yield tensorboard


def own(tensorboard: TensorBoard) -> dict[str, dict[str, Any]]:
    """The users' lines of the catalogue by name, or by title where they are broken."""
    lines = tensorboard.ask("api/catalogue").json["visualizations"]
    return {one["title"] if one["error"] else one["name"]: one for one in lines if one["own"]}


def question(tensorboard: TensorBoard, visualization: str, **settings: Any) -> dict[str, Any]:
    checkpoints, probes = tensorboard.run_index("run")
    return {
        "run": "run",
        "checkpoint": checkpoints[-1]["id"],
        "probes": [probe["id"] for probe in probes],
        "visualization": visualization,
        "settings": settings,
        "targets": {"kind": "top", "count": 2},
    }


def computed(tensorboard: TensorBoard, asked: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """The entries once the job has ended, and the errors it met."""
    answer = tensorboard.ask("api/maps", asked)
    assert answer.status in (200, 202), answer.content
    status = tensorboard.wait_for_job(answer.json["job"])
    errors = [one["error"]["message"] for one in status["finished"] if one["error"]]
    return ([] if errors else tensorboard.ask("api/maps", asked).json["maps"]), errors


def npy(tensorboard: TensorBoard, key: str) -> np.ndarray:
    return np.load(io.BytesIO(tensorboard.ask(f"api/maps/{key}").content), allow_pickle=False)


def test_a_file_is_in_the_catalogue_with_its_settings(tensorboard):
    line = own(tensorboard)["logged"]
    assert (line["title"], line["needs"], line["default_passes"]) == ("Brightness", "scores", 1)
    assert line["settings_schema"]["properties"]["factor"]["maximum"] == 9
    assert line["error"] is None and line["version"]


def test_its_maps_are_computed_and_cost_what_was_said(tensorboard):
    asked = question(tensorboard, "logged", factor=3)
    estimate = tensorboard.ask("api/estimate", asked).json
    assert (estimate["maps"], estimate["passes_per_probe"] * 4, estimate["known"]) == (
        8,
        estimate["passes"],
        0,
    )
    assert estimate["passes_per_probe"] == 3
    entries, errors = computed(tensorboard, asked)
    assert errors == [] and len(entries) == 8
    _, probes = tensorboard.run_index("run")
    for entry in entries:
        assert entry["info"]["quantity"] == "brightness times 3"
        assert entry["info"]["settings"] == {"factor": 3}
        [probe] = [one for one in probes if one["id"] == entry["probe"]]
        shown = tensorboard.ask(f"api/probes/{probe['id']}/image?run=run")
        pixels = np.asarray(PIL.Image.open(io.BytesIO(shown.content)).convert("RGB"), np.float32)
        np.testing.assert_allclose(npy(tensorboard, entry["key"]), 3 * pixels.mean(axis=-1), rtol=1e-5)
    assert tensorboard.ask("api/estimate", asked).json["known"] == 8


def test_a_wrong_setting_is_refused_by_name(tensorboard):
    for path in ("api/maps", "api/estimate"):
        answer = tensorboard.ask(path, question(tensorboard, "logged", factor=10))
        assert answer.status == 400
        assert answer.json["error"]["field"] == "factor"
        assert "Received: 10" in answer.json["error"]["message"]


def test_the_server_itself_imports_none_of_it(tensorboard, folder):
    computed(tensorboard, question(tensorboard, "logged", factor=7))
    importers = {int(line) for line in (folder / "log").read_text().split()}
    assert len(importers) >= 2  # who describes it and who computes it
    assert tensorboard.process.pid not in importers and os.getpid() not in importers


def test_its_page_comes_as_text_within_json(tensorboard):
    entries, errors = computed(tensorboard, question(tensorboard, "paged", factor=2))
    assert errors == []
    answer = tensorboard.ask(f"api/maps/{entries[0]['key']}?format=page")
    assert answer.headers["Content-Type"].startswith("application/json")
    html = answer.json["html"]
    assert entries[0]["info"]["page"] is True
    assert "<h1>picture 0</h1>" in html and "brightness times 2, factor 2" in html
    assert html.count('src="data:image/png;base64,') == 3
    assert html.count("<i>20</i>") == 12
    assert html.index("Content-Security-Policy") < html.index("<h1>")


def test_an_edited_file_gives_another_version_and_new_maps(tensorboard, folder):
    (folder / "edited.py").write_text(renamed("edited"))
    wait_for(lambda: "edited" in own(tensorboard), 30)
    before = own(tensorboard)["edited"]["version"]
    asked = question(tensorboard, "edited")
    first, _ = computed(tensorboard, asked)
    (folder / "edited.py").write_text(renamed("edited").replace("* settings.factor\n", "* -0.5 + 200\n"))
    wait_for(lambda: own(tensorboard)["edited"]["version"] != before, 30)
    second, errors = computed(tensorboard, asked)
    assert errors == []
    assert not {one["key"] for one in first} & {one["key"] for one in second}
    old, new = npy(tensorboard, first[0]["key"]), npy(tensorboard, second[0]["key"])
    np.testing.assert_allclose(new, 200 - old / 2, rtol=1e-5)
    (folder / "edited.py").unlink()
    wait_for(lambda: "edited" not in own(tensorboard), 30)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_shown_with_its_error_and_cannot_be_chosen(tensorboard, name):
    line = own(tensorboard)[name]
    assert BROKEN[name][1] in line["error"]
    answer = tensorboard.ask("api/maps", question(tensorboard, line["name"]))
    assert answer.status in (400, 404, 409, 422)
    assert "Traceback" not in answer.content.decode()


def test_a_file_that_hangs_is_shown_with_its_error(tensorboard):
    assert "Importing hanging.py took longer than 10 s" in own(tensorboard)["hanging.py"]["error"]


@pytest.mark.parametrize("name", WRONG_ANSWERS)
def test_a_wrong_answer_is_an_error_of_its_maps(tensorboard, name):
    entries, errors = computed(tensorboard, question(tensorboard, name))
    assert entries == [] and errors
    assert all(WRONG_ANSWERS[name][1] in error for error in errors), errors
    line = own(tensorboard)[name]
    assert line["error"] is None and WRONG_ANSWERS[name][1] in line["failure"]


def test_a_page_that_cannot_be_filled_leaves_the_map_and_a_note_that_names_its_line(tensorboard):
    entries, errors = computed(tensorboard, question(tensorboard, "wrong_page"))
    assert errors == [] and own(tensorboard)["wrong_page"]["failure"] is None
    for entry in entries:
        note = entry["info"]["notes"][-1]
        assert "wrong_page.html, line 2" in note and "no_such" in note
        assert entry["info"]["page"] is False and npy(tensorboard, entry["key"]).shape == (12, 20)


def test_after_all_that_maps_are_still_computed(tensorboard):
    _, errors = computed(tensorboard, question(tensorboard, "logged", factor=8))
    assert errors == []

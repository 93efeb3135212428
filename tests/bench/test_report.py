"""What was measured is what the page on speed shows."""

import json
import re

from bench import report

PEERS = {
    "versions": {"ours": {"ours": "1.0", "tensorflow": "2.21.0"}, "theirs": {"error": "no wheel"}},
    "cases": {
        "occlusion": {"ours": {"seconds": 0.5}, "theirs": {"seconds": 2, "times ours": 4}},
        "saliency": {"ours": {"seconds": 0.1}, "theirs": {"error": "a | b"}},
    },
}


def test_the_page_is_made_of_the_results():
    assert report.page(report.read(report.RESULTS)) == report.PAGE.read_text()


def test_every_measurement_but_that_of_the_tab_has_its_place():
    from bench.__main__ import MEASUREMENTS

    places = re.findall(r"<!-- made: (\w+) -->", report.PAGE.read_text())
    assert set(places) == set(MEASUREMENTS) - {"tab"} | {"machine"}


def test_libraries_side_by_side():
    lines = report.as_table("peers", PEERS).splitlines()
    assert lines[0] == "| seconds (times ours) | ours 1.0 | theirs |"
    assert lines[2] == "| occlusion | 0.5 | 2 (4) |"
    assert lines[3] == r"| saliency | 0.1 | a \| b |"
    assert lines[4] == "| TensorFlow | 2.21.0 |  |"


def test_figures_have_the_names_that_lead_to_them():
    table = report.as_table("memory", {"VGG16": {"few": {"MB": 3}}, "growth": 0.5})
    assert table.splitlines()[2:] == ["| VGG16, few, MB | 3 |", "| growth | 0.5 |"]


def test_one_measurement_takes_the_place_of_its_former_self(tmp_path):
    file = tmp_path / "build" / "results.json"
    for name, figure in (("a", 1), ("b", 2), ("a", 3)):
        report.keep(file, name, {"figure": figure})
    kept = json.loads(file.read_text())
    assert (kept["a"], kept["b"]) == ({"figure": 3}, {"figure": 2})
    assert "cores" in kept["machine"]["Processor"]

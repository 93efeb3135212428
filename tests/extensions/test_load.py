"""A user's file becomes visualizations, anew when it changes, or an error that names its line."""

import os
import pathlib

import numpy as np
import pytest

from picasso_tb.errors import BrokenVisualization, InvalidArgument, NotFound
from picasso_tb.extensions.describe import check, described, resolved
from picasso_tb.extensions.load import find, load, load_file
from picasso_tb.extensions.source import Source, digest_of, signature_of, sources_in
from picasso_tb.visualizations.declare import CATALOGUE
from tests.extensions.samples import BROKEN, METHOD, renamed

BROKEN_AT_IMPORT = {name: said for name, said in BROKEN.items() if name not in ("crashing.py",)}


def written(folder: pathlib.Path, text: str = METHOD, name: str = "mine.py") -> pathlib.Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_is_found_by_its_path_and_stays_out_of_the_catalogue(tmp_path):
    before = dict(CATALOGUE)
    entry = find(written(tmp_path))
    assert (entry.name, entry.title) == ("brightness", "Brightness")
    assert before == CATALOGUE
    images = np.arange(2 * 3 * 5, dtype=np.float32).reshape(2, 3, 5, 1)
    maps = entry.compute(None, images, np.array([[0, 1], [1, 0]]), entry.parse({"factor": 3})).maps
    np.testing.assert_allclose(maps[1, 1], 3 * images[1, :, :, 0])


def test_its_line_of_the_catalogue_says_what_it_declared(tmp_path):
    said = described(find(written(tmp_path)))
    assert (said["needs"], said["sign"], said["quantity"]) == ("scores", "magnitude", "brightness times 1")
    assert said["default_passes"] == 1
    factor = said["settings_schema"]["properties"]["factor"]
    assert (factor["minimum"], factor["maximum"], factor["title"]) == (1, 9, "Factor")


def test_settings_are_filled_up_and_their_cost_is_told(tmp_path):
    entry = find(written(tmp_path))
    known = resolved(entry, {"factor": 4}, targets=2)
    assert known == {
        "settings": {"factor": 4},
        "sign": "magnitude",
        "quantity": "brightness times 4",
        "passes": 4,
    }
    assert resolved(entry, {}, targets=1)["settings"] == {"factor": 1}
    with pytest.raises(InvalidArgument, match=r"factor: .*less than or equal to 9.*Received: 10"):
        resolved(entry, {"factor": 10}, targets=1)


@pytest.mark.parametrize("name", BROKEN_AT_IMPORT)
def test_a_broken_file_is_an_error_that_names_its_line(tmp_path, name):
    text, said = BROKEN_AT_IMPORT[name]
    with pytest.raises(BrokenVisualization) as caught:
        [*map(check, load_file(written(tmp_path, text, name)).values())]
    assert said in caught.value.message


def test_what_is_asked_for_must_be_there_and_be_one(tmp_path):
    with pytest.raises(NotFound, match="Expected a Python file"):
        find(tmp_path / "absent.py")
    with pytest.raises(NotFound, match=r"occlusion.*Received: 'no_such'"):
        find("no_such")
    both = METHOD + METHOD.partition("\n\n\n")[2].replace("def brightness", "def darkness")
    with pytest.raises(InvalidArgument, match="brightness, darkness"):
        find(written(tmp_path, both))


def test_two_of_one_name_in_a_file_are_an_error(tmp_path):
    with pytest.raises(BrokenVisualization, match="Two visualizations are named 'brightness'"):
        load_file(written(tmp_path, METHOD + METHOD))


@pytest.mark.parametrize("part", ["mine.py", "mine.html", "_helper.py"])
def test_the_digest_changes_with_every_part(tmp_path, part):
    file = written(tmp_path)
    written(tmp_path, "HELP = 1\n", "_helper.py")
    written(tmp_path, "<p>page</p>", "mine.html")
    before = digest_of(str(file)), signature_of(str(file))
    assert digest_of(str(file)) == before[0]
    with (tmp_path / part).open("a") as handle:
        handle.write("\n")
    assert digest_of(str(file)) != before[0]
    assert signature_of(str(file)) != before[1]


def test_an_edited_file_is_loaded_anew_though_its_time_and_size_are_the_same(tmp_path):
    file = written(tmp_path)
    assert find(file).summary == "Shows where the picture is bright."
    status = os.stat(file)
    written(tmp_path, METHOD.replace('is bright."', 'is BRIGHT."'))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert find(file).summary == "Shows where the picture is BRIGHT."


def test_a_file_that_changed_since_it_was_described_is_not_taken_for_what_it_was(tmp_path):
    file = written(tmp_path)
    source = Source(str(file), digest=digest_of(str(file)))
    written(tmp_path, METHOD + "# later\n")
    with pytest.raises(BrokenVisualization, match="was changed just now"):
        load(source)


def test_a_source_that_the_cache_forgot_is_loaded_again(tmp_path):
    written(tmp_path, "TITLE = 'From the helper'\n", "_helper.py")
    text = METHOD.replace("import numpy as np", "import numpy as np\nfrom ._helper import TITLE")
    file = written(tmp_path, text)
    source = Source(str(file), digest=digest_of(str(file)))
    assert set(load(source)) == {"brightness"}
    load.cache_clear()
    assert set(load(source)) == {"brightness"}
    load.cache_clear()
    written(tmp_path, text + "# later\n")
    with pytest.raises(BrokenVisualization, match="was changed just now"):
        load(source)
    written(tmp_path, text)
    assert set(load(source)) == {"brightness"}


def test_a_helper_beside_it_can_be_imported_and_is_no_visualization(tmp_path):
    written(tmp_path, "TITLE = 'From the helper'\n", "_helper.py")
    written(tmp_path, "", "test_mine.py")
    text = METHOD.replace("import numpy as np", "import numpy as np\nfrom ._helper import TITLE")
    file = written(tmp_path, text.replace('title="Brightness"', "title=TITLE"))
    assert find(file).title == "From the helper"
    assert sources_in(str(tmp_path)) == [Source(str(file))]


def test_the_template_is_the_page_beside_the_file(tmp_path):
    assert find(written(tmp_path)).template is None
    written(tmp_path, "<p>{{ result.quantity }}</p>", "mine.html")
    assert find(tmp_path / "mine.py").template == "<p>{{ result.quantity }}</p>"


def test_explain_takes_a_path_and_a_visualization(tmp_path, small_logdir):
    from picasso_tb import explain, open_run

    run = open_run(small_logdir / "run")
    checkpoint, probes = run.checkpoint(), run.probes()
    file = written(tmp_path, renamed("by_path"))
    by_path = explain(checkpoint, probes, file, settings={"factor": 2})
    by_itself = explain(checkpoint, probes, find(file), settings={"factor": 2})
    assert by_path.maps.shape == (4, 1, 12, 20)
    np.testing.assert_array_equal(by_path.maps, by_itself.maps)

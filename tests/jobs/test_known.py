"""Other views of what was measured: the same as measured anew, and without the model."""

import dataclasses
import uuid

import numpy as np
import pytest

from picasso_tb.jobs.job import Question
from picasso_tb.jobs.tasks import MapTask, compute_maps
from picasso_tb.store.results import Results
from picasso_tb.visualizations import declare

METHODS = {"occlusion": {"positions": 4, "window": 0.3}, "rise": {"masks": 60}}


@pytest.fixture
def explained(ask, tmp_path):
    """Computes maps of the first two probes in this process; passes taken, and info and arrays by probe."""

    def explained(place, method, values, **targets):
        wanted = ask()[:2]
        question: Question = wanted[0][0]
        settings = declare.find(method).parse({**METHODS[method], **values}).model_dump(mode="json")
        targets = {"ranks": (), "classes": (), **targets}
        count = len(targets["ranks"] or targets["classes"])
        parts = tuple(
            dataclasses.replace(part, keys=tuple(uuid.uuid4().hex for _ in range(count)))
            for _, part in wanted
        )
        results = Results(str(tmp_path / place))
        task = MapTask(
            id=uuid.uuid4().hex,
            run=question.run,
            checkpoint=question.checkpoint,
            model=question.model,
            probes=parts,
            visualization=method,
            source=None,
            settings=settings,
            results=results.location,
            mail=str(tmp_path / "mail"),
            **targets,
        )
        report = compute_maps(task)
        assert not report.errors
        return report.passes, [found(results, key) for part in parts for key in part.keys]

    return explained


def found(results: Results, key: str):
    info = results.info(key)
    assert info
    return info, {name: results.read_array(key, name) for name in info["arrays"]}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("values", "targets"),
    [
        ({"score": "logit"}, {"ranks": (0,)}),
        ({"value": "value", "score": "log-probability"}, {"classes": (2, 0)}),
        ({"value": "value"}, {"ranks": (0, 1, 2)}),
        ({"score": "logit", "space": "picture", "picture_size": 37}, {"classes": (1,)}),
    ],
    ids=str,
)
def test_another_view_is_as_measured_anew_but_asks_no_model(explained, method, values, targets):
    measured = {name: value for name, value in values.items() if name in ("space", "picture_size")}
    passes, _ = explained("maps", method, measured, ranks=(0,))
    assert passes > 0
    passes, views = explained("maps", method, values, **targets)
    assert passes == 0
    passes, anew = explained("elsewhere", method, values, **targets)
    assert passes > 0
    for (info, arrays), (expected, expected_arrays) in zip(views, anew, strict=True):
        assert info.keys() == expected.keys()
        for name in info.keys() - {"key", "computation"}:  # which changes when the short way is compiled
            if name == "predictions":
                assert [one["class_index"] for one in info[name]] == [
                    one["class_index"] for one in expected[name]
                ]
            elif isinstance(info[name], float):
                assert info[name] == pytest.approx(expected[name], rel=1e-4, abs=1e-5), name
            else:
                assert info[name] == expected[name], name
        assert arrays.keys() == expected_arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_allclose(array, expected_arrays[name], rtol=1e-4, atol=1e-5, err_msg=name)


def test_another_painting_is_measured(explained):
    explained("maps", "occlusion", {}, ranks=(0,))
    assert explained("maps", "occlusion", {"fill": "black"}, ranks=(0,))[0] > 0
    assert explained("maps", "occlusion", {"window": 0.4}, ranks=(0,))[0] > 0
    assert explained("maps", "occlusion", {"drawn": "grid"}, ranks=(0,))[0] == 0


def test_what_was_removed_or_damaged_is_measured_again(explained, tmp_path):
    results = Results(str(tmp_path / "maps"))
    _, kept = explained("maps", "occlusion", {}, ranks=(0,))
    for info, _ in kept:
        results.discard(info["key"])
    passes, kept = explained("maps", "occlusion", {"score": "logit"}, ranks=(0,))
    assert passes > 0
    for info, _ in kept:
        [array] = (tmp_path / "maps").rglob(f"{info['key']}.kept_classes.npy")
        array.write_bytes(b"no array")
    assert explained("maps", "occlusion", {"score": "log-probability"}, ranks=(0,))[0] > 0

"""One network through two doors: the TensorFlow 1 graph shows what the Keras file does."""

import pathlib

import numpy as np
import pytest

from picasso_tb import explain, open_run
from picasso_tb.cli import main
from picasso_tb.logged import LoggedRun


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[LoggedRun]:
    logdir: pathlib.Path = tmp_path_factory.mktemp("digits")
    assert main(["demo", "digits", "--logdir", str(logdir), "--no-serve"]) == 0
    return [open_run(logdir / run) for run in ("keras", "tensorflow-1")]


@pytest.mark.parametrize(
    ("visualization", "settings"), [("occlusion", {"score": "logit"}), ("occlusion", {}), ("saliency", {})]
)
def test_both_doors_give_the_same_maps(
    runs: list[LoggedRun], visualization: str, settings: dict[str, object]
) -> None:
    found = [
        explain(run.checkpoint(), run.probes()[:3], visualization, top=2, settings=settings) for run in runs
    ]
    assert found[0].score_name == found[1].score_name == "logit"
    assert found[0].maps is not None and found[1].maps is not None
    np.testing.assert_array_equal(found[0].targets, found[1].targets)
    np.testing.assert_allclose(found[0].maps, found[1].maps, rtol=1e-5, atol=1e-5 * np.nanmax(found[0].maps))


def test_the_network_reads_digits(runs: list[LoggedRun]) -> None:
    checkpoint = runs[1].checkpoint()
    assert checkpoint.metrics["val_accuracy"] > 0.9
    assert checkpoint.class_names[3] == "three"
    found = explain(checkpoint, runs[1].probes(), "class_probabilities")
    labels = [probe.label for probe in runs[1].probes()]
    assert (found.targets[:, 0] == labels).mean() > 0.8

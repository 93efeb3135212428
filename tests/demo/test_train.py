"""What each run of the demo is shown. That the networks learn from it is seen in the trained demo itself."""

import numpy as np
import pytest
from picasso_tb.demo.pictures import NO_CUE, ingredients
from picasso_tb.demo.train import cues_of_probes, cues_of_run, names_of_probes

LABELS = ingredients().train_labels.astype(np.int64)


@pytest.mark.parametrize(("run", "lowest", "highest"), [("shortcut", 0.97, 0.99), ("fixed", 0.46, 0.54)])
def test_the_sky_agrees_with_the_garment_as_often_as_promised(
    run: str, lowest: float, highest: float
) -> None:
    cues = cues_of_run(run, LABELS, seed=4)
    assert lowest < (cues == LABELS).mean() < highest
    assert NO_CUE not in cues
    for label in (0, 1):  # and as often over coats as over pullovers
        assert abs((cues == LABELS)[label == LABELS].mean() - (cues == LABELS).mean()) < 0.03


def test_the_sky_of_a_run_is_the_same_each_time() -> None:
    for run in ("shortcut", "fixed"):
        np.testing.assert_array_equal(cues_of_run(run, LABELS, seed=4), cues_of_run(run, LABELS, seed=4))


def test_probes_show_every_garment_under_every_sky_and_say_so() -> None:
    labels = np.arange(24) % 2
    cues = cues_of_probes(labels)
    names = names_of_probes(labels, cues)
    kinds = {name.split(" ", 1)[1] for name in names}
    skies = ("sunny", "cloudy", "clear sky")
    assert kinds == {f"{garment}, {sky}" for garment in ("pullover", "coat") for sky in skies}
    assert len(set(names)) == 24
    assert (cues == labels).sum() == (cues == 1 - labels).sum() == 10

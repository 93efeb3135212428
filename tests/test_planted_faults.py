"""The faults that `make test-faults` plants are faults of the code as it is now."""

import pytest

from tests.visualizations.plant_faults import ROOT, all_faults, planted


@pytest.mark.parametrize(("what", "file", "old", "new"), [fault[1:] for fault in all_faults()])
def test_a_fault_can_be_planted_and_compiles(what: str, file: str, old: str, new: str) -> None:
    compile(planted(ROOT / file, old, new), file, "exec")

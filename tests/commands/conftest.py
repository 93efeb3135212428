"""What tests of the commands share."""

import pytest

from picasso_tb.jobs.ahead import Batch


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Batch]:
    """What `compute` chose to compute; it is not done, as workers take seconds to start."""
    batches: list[Batch] = []
    monkeypatch.setattr(
        "picasso_tb.commands.compute._compute", lambda options, chosen, *rest: batches.extend(chosen)
    )
    return batches

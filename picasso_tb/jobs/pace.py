"""How long a pass through a network takes, as far as it was timed."""

import threading
from collections.abc import Iterable

from picasso_tb.jobs.job import Question


class Paces:
    """Seconds a pass, by architecture, visualization and number of targets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exact: dict[tuple[str, str, int], float] = {}
        self._by_architecture: dict[str, float] = {}

    def note(self, question: Question, seconds: float) -> None:
        """That a pass took so long for this question."""
        with self._lock:
            self._exact[question.pace_key] = seconds
            self._by_architecture[question.checkpoint.architecture] = seconds

    def note_plain(self, architecture: str, seconds: float) -> None:
        """That a pass of this network takes so long without any method, unless a method's is known."""
        with self._lock:
            self._by_architecture.setdefault(architecture, seconds)

    def exact(self, question: Question) -> float | None:
        """As timed for this very question."""
        return self._exact.get(question.pace_key)

    def likely(self, question: Question) -> float | None:
        """As timed, or else as the network takes with another method; None if it was never timed."""
        found = self._exact.get(question.pace_key)
        return self._by_architecture.get(question.checkpoint.architecture) if found is None else found

    def seconds(self, questions: Iterable[Question]) -> float | None:
        """What one probe of each question takes, one after another; None if one can't be told."""
        each = [(self.likely(question), question.passes) for question in questions]
        known = [pace * passes for pace, passes in each if pace is not None]
        return sum(known) if len(known) == len(each) else None

"""A failure to log must never stop a training."""

import contextlib
import logging
from collections.abc import Iterator

_log = logging.getLogger("picasso_tb")


class Failures:
    """Turns what goes wrong while logging a run into one warning for each kind of failure.

    Args:
        run: what the warning calls the run.
        strict: raise instead: nothing is being trained.
    """

    def __init__(self, run: str, strict: bool = False) -> None:
        self._run = run
        self._strict = strict
        self._kinds: set[tuple[type[Exception], object]] = set()

    @contextlib.contextmanager
    def caught(self, what: str, *, but: tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """Go on after any error in this block but those; `what` was to be logged."""
        try:
            yield
        except but:
            raise
        except Exception as error:
            if self._strict:
                raise
            kind = (type(error), error.errno if isinstance(error, OSError) else str(error))
            if kind not in self._kinds:
                self._kinds.add(kind)
                reason = str(error).rstrip(".") or type(error).__name__
                _log.warning(
                    "Picasso could not log %s of run %s: %s. The training goes on; this is said only once.",
                    what,
                    self._run,
                    reason,
                )

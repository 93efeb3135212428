"""Get a worker ready before anybody asks: TensorFlow started, the model loaded and its pace known."""

import contextlib
import dataclasses
import sys
import threading
import time
import uuid

import numpy as np

from picasso_tb.errors import PicassoError
from picasso_tb.jobs import tasks
from picasso_tb.jobs.engine import Workers
from picasso_tb.jobs.pace import Paces
from picasso_tb.jobs.progress import Mailbox, Report
from picasso_tb.store.records import CheckpointRecord, ModelRecord
from picasso_tb.store.run import RunStore

_IMAGES = 4  # of the pass whose time is taken
_SIDE = 128  # of images whose size the model leaves open


@dataclasses.dataclass(frozen=True)
class WarmUp:
    """The checkpoint to have ready, and where to say how far that is."""

    id: str
    run: str
    checkpoint: CheckpointRecord
    model: ModelRecord
    mail: str


class Warming:
    """Warms a worker up, one checkpoint at a time, from a thread of its own."""

    def __init__(self, engine: Workers, mail: str, paces: Paces) -> None:
        self._engine = engine
        self._mail = mail
        self._paces = paces
        self._busy = threading.Lock()
        self._mailbox: Mailbox | None = None

    def start(self, run: str, checkpoint: CheckpointRecord, model: ModelRecord) -> bool:
        """Whether it was begun: not while another is under way."""
        if not self._busy.acquire(blocking=False):
            return False
        task = WarmUp(uuid.uuid4().hex, run, checkpoint, model, self._mail)
        threading.Thread(target=self._warm, args=(task,), name="picasso-warm", daemon=True).start()
        return True

    def report(self) -> Report | None:
        """What is being done, while it is."""
        mailbox = self._mailbox
        return mailbox.read() if mailbox else None

    def _warm(self, task: WarmUp) -> None:
        self._mailbox = Mailbox(task.mail, task.id)
        try:
            # Whatever is wrong shows again, and is said, when a map is asked for.
            with contextlib.suppress(Exception):
                seconds = self._engine.submit(warm_up, task).result()
                if seconds is not None:
                    self._paces.note_plain(task.checkpoint.architecture, seconds)
        finally:
            mailbox, self._mailbox = self._mailbox, None
            mailbox.remove()
            self._busy.release()


def warm_up(task: WarmUp) -> float | None:
    """Load the checkpoint in a worker; seconds a pass then takes, or None where nothing could be learned."""
    mailbox = Mailbox(task.mail, task.id)
    settings = tasks.worker_settings()
    try:
        if "tensorflow" not in sys.modules:
            mailbox.report("starting TensorFlow")
        from picasso_tb.jobs.loaded import LOADED_MODELS, set_up_tensorflow

        set_up_tensorflow(settings.device, settings.threads)
        mailbox.report("loading the checkpoint")
        run = RunStore(task.run)
        model = LOADED_MODELS.get(run, task.model, task.checkpoint, settings.model_bytes, settings.trust)
        shape = (task.model.height or _SIDE, task.model.width or _SIDE, task.model.channels)
        images = np.zeros((_IMAGES, *shape), np.float32)
        model.scores(images[:1])  # the first pass compiles
        began = time.monotonic()
        model.scores(images)
        return (time.monotonic() - began) / _IMAGES
    except PicassoError:
        return None

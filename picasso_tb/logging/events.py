"""One small TensorBoard event per item: it makes TensorBoard list the run and show the tab.

The files of the store are the truth; an event only points to one of them.
"""

import io
import itertools
import json
import os
import re
import socket
import time

from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

from picasso_tb.store.folder import FORMAT, Folder

PLUGIN = "picasso"
_numbers = itertools.count()


class EventLog:
    """An event file of a run, made when the first event is added.

    Args:
        run: the run's directory.
    """

    def __init__(self, run: Folder) -> None:
        self._run = run
        self._file: str | None = None

    def add(self, item: str, step: int) -> None:
        """Point to an item.

        Args:
            item: its JSON file in the run's store, such as `checkpoints/model-3.json`.
            step: where TensorBoard places it.
        """
        now = time.time()
        records = _record(event_pb2.Event(wall_time=now, step=step, summary=_summary(item)))
        if self._file is None:
            self._file = _new_name(now)
            records = _record(event_pb2.Event(wall_time=now, file_version="brain.Event:2")) + records
        try:
            self._run.append(self._file, records)
        except Exception:
            self._file = None  # it may end in half a record, after which nothing is read
            raise

    def restart(self) -> None:
        """Let the next event begin a file of its own."""
        self._file = None


def _new_name(now: float) -> str:
    """TensorBoard without fast loading leaves a file for good when it finds a later one, in order of names.

    This name comes before TensorFlow's own `events.out.tfevents...`, so that no scalar is ever lost to us.
    """
    host = re.sub(r"[^\w.-]", "-", socket.gethostname())[:64]
    return f"events.out.{PLUGIN}.tfevents.{int(now):010d}.{host}.{os.getpid()}.{next(_numbers)}"


def _summary(item: str) -> summary_pb2.Summary:
    """One tag per item: TensorBoard keeps every tag, but only a sample of the steps of one."""
    content = json.dumps({"format": FORMAT, "item": item}).encode()
    metadata = summary_pb2.SummaryMetadata(
        plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name=PLUGIN, content=content),
        data_class=summary_pb2.DATA_CLASS_TENSOR,  # without a data class TensorBoard drops the event
    )
    nothing = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_STRING, tensor_shape=tensor_shape_pb2.TensorShapeProto(), string_val=[b""]
    )
    tag = f"{PLUGIN}/{item.removesuffix('.json')}"
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, metadata=metadata, tensor=nothing)])


def _record(event: event_pb2.Event) -> bytes:
    content = io.BytesIO()
    RecordWriter(content).write(event.SerializeToString())
    return content.getvalue()

"""Read all that a run lists, to the last byte."""

import io
import json
import pathlib

import numpy as np
import PIL.Image
from tensorboard.compat.proto import event_pb2
from tensorboard.compat.tensorflow_stub import errors
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

from picasso_tb.store.digest import digest_of_arrays
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord, read_record
from picasso_tb.store.run import RunStore, probe_digest


def items_of_events(run: str) -> list[str]:
    """What the run's events point to, as TensorBoard reads them where there is no TensorFlow."""
    items = []
    for file in pathlib.Path(run).glob("*tfevents*"):
        reader = PyRecordReader_New(str(file), 0, "", None)
        try:
            while True:
                reader.GetNext()
                for value in event_pb2.Event.FromString(reader.record()).summary.value:
                    items.append(json.loads(value.metadata.plugin_data.content)["item"])
        except (errors.OutOfRangeError, errors.DataLossError):  # the end, or half a record at the end
            pass
    return items


def verify(run: str) -> int:
    """How many items the run lists; fails if any of them is not whole."""
    store = RunStore(run)
    names = {
        folder: list(folder.stamps(".json")) for folder in (store.checkpoints, store.models, store.probes)
    }
    for name in names[store.checkpoints]:
        checkpoint = read_record(store.checkpoints, name, CheckpointRecord)
        assert digest_of_arrays(store.read_weights(checkpoint)) == checkpoint.weights
        store.read_architecture(checkpoint.architecture)
        assert f"{checkpoint.model}.json" in names[store.models]
    for name in names[store.models]:
        store.read_architecture(read_record(store.models, name, ModelRecord).architecture)
    for name in names[store.probes]:
        probe = read_record(store.probes, name, ProbeRecord)
        picture = store.read_picture(probe)
        if probe.array:
            assert digest_of_arrays([store.probes.read_array(probe.array)]) == probe.digest
        else:
            assert probe_digest(picture) == probe.digest
        for mask in probe.masks.values():
            assert np.asarray(PIL.Image.open(io.BytesIO(store.probes.read(mask)))).shape == picture.shape[:2]
    return sum(map(len, names.values()))

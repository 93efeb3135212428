"""TensorBoard's own readers are the judges of our events."""

import io
import json
import pathlib
import subprocess
import sys
import uuid

import pytest
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboard.plugins.scalar import metadata
from tensorboard.summary.writer.record_writer import RecordWriter

from picasso_tb.logging.events import EventLog
from picasso_tb.logging.writer import Writer
from picasso_tb.store.folder import Folder
from tests.logging.providers import CONTEXT, eventually, fast_provider, picasso_tags, slow_ingester
from tests.logging.snapshots import snapshot


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A run of 300 checkpoints."""
    logdir = tmp_path_factory.mktemp("logs")
    with Writer(logdir / "deep" / "run") as writer:
        for step in range(300):
            writer.add_checkpoint(snapshot(step), step)
    return logdir


EXPECTED_TAGS = {"picasso/models/model", *(f"picasso/checkpoints/model-{step}" for step in range(300))}


def test_no_checkpoint_is_sampled_away_with_fast_loading(logdir: pathlib.Path) -> None:
    with fast_provider(logdir) as provider:
        tags = eventually(lambda: picasso_tags(provider, "deep/run"), lambda tags: len(tags) >= 301)
        assert tags.keys() == EXPECTED_TAGS
        assert tags["picasso/checkpoints/model-7"].max_step == 7
        assert "picasso" in provider.list_plugins(CONTEXT, experiment_id="")


def test_no_checkpoint_is_sampled_away_without_fast_loading(logdir: pathlib.Path) -> None:
    provider = slow_ingester(logdir).data_provider
    tags = picasso_tags(provider, "deep/run")
    assert tags.keys() == EXPECTED_TAGS
    assert tags["picasso/checkpoints/model-7"].max_step == 7
    assert "picasso" in provider.list_plugins(CONTEXT, experiment_id="")


def test_all_are_in_the_files(logdir: pathlib.Path) -> None:
    folder = logdir / "deep" / "run" / "plugins" / "picasso" / "checkpoints"
    assert {file.name for file in folder.glob("*.json")} == {f"model-{step}.json" for step in range(300)}


def test_each_event_points_to_its_file(logdir: pathlib.Path) -> None:
    run = logdir / "deep" / "run"
    (file,) = run.glob("*tfevents*")
    version, *events = EventFileLoader(str(file)).Load()
    assert version.file_version == "brain.Event:2"
    assert len(events) == 301
    for event in events:
        content = json.loads(event.summary.value[0].metadata.plugin_data.content)
        item = json.loads((run / "plugins" / "picasso" / content["item"]).read_text())
        assert content["format"] == 1
        assert event.step == item.get("step", 0)


def scalar_events(*steps: int) -> bytes:
    """What another library writes for TensorBoard's own dashboard."""
    content = io.BytesIO()
    records = RecordWriter(content)
    if 0 in steps:
        records.write(event_pb2.Event(file_version="brain.Event:2").SerializeToString())
    for step in steps:
        value = summary_pb2.Summary.Value(
            tag="loss",
            metadata=metadata.create_summary_metadata("", ""),
            tensor=tensor_pb2.TensorProto(dtype=1, tensor_shape={}, float_val=[float(step)]),
        )
        records.write(event_pb2.Event(step=step, summary={"value": [value]}).SerializeToString())
    return content.getvalue()


def test_scalars_of_the_same_run_are_never_lost(tmp_path: pathlib.Path) -> None:
    """Without fast loading TensorBoard leaves a file for good when a later one appears."""
    theirs = tmp_path / "run" / "events.out.tfevents.0000000001.host.1.0.v2"
    theirs.parent.mkdir()
    theirs.write_bytes(scalar_events(0, 1))
    ingester = slow_ingester(tmp_path)
    with Writer(tmp_path / "run") as writer:
        writer.add_checkpoint(snapshot(), 0)
        ingester._multiplexer.Reload()
        with theirs.open("ab") as file:
            file.write(scalar_events(2, 3))
        ingester._multiplexer.Reload()
    scalars = ingester.data_provider.read_scalars(
        CONTEXT, experiment_id="", plugin_name="scalars", downsample=100
    )
    assert [datum.step for datum in scalars["run"]["loss"]] == [0, 1, 2, 3]


def test_after_half_a_record_a_new_file_begins(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = EventLog(Folder(tmp_path))
    events.add("checkpoints/model-0.json", 0)
    append = Folder.append

    def disk_fills_up(self: Folder, name: str, content: bytes) -> None:
        append(self, name, content[:-5])
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "append", disk_fills_up)
        with pytest.raises(OSError, match="space"):
            events.add("checkpoints/model-1.json", 1)
    events.add("checkpoints/model-2.json", 2)
    tags = picasso_tags(slow_ingester(tmp_path).data_provider, ".")
    assert tags.keys() == {"picasso/checkpoints/model-0", "picasso/checkpoints/model-2"}


def test_a_remote_file_system_that_cannot_append_gets_the_same_file(tmp_path: pathlib.Path) -> None:
    run = f"memory://{uuid.uuid4().hex}/run"
    with Writer(run) as writer:
        for step in range(3):
            writer.add_checkpoint(snapshot(), step)
    (name,) = (name for name in Folder(run).stamps("") if "tfevents" in name)
    copy = tmp_path / name
    copy.write_bytes(Folder(run).read(name))
    assert [event.step for event in EventFileLoader(str(copy)).Load()] == [0, 0, 0, 1, 2]


def test_nothing_imports_a_framework() -> None:
    program = """
import sys, tempfile
import numpy as np
from picasso_tb import Writer
from tests.logging.snapshots import snapshot
with Writer(tempfile.mkdtemp()) as writer:
    writer.add_probes(np.zeros((2, 7, 5), np.uint8))
    writer.add_checkpoint(snapshot(), 0)
print(sorted({"tensorflow", "keras", "torch", "jax"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")

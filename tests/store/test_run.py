"""A run's items: what comes back, what a re-log leaves, and what damage does."""

import json
import pathlib
import random
import struct
import tracemalloc
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest

from picasso_tb.errors import DamagedFile, Forbidden, InvalidArgument, NotFound, PicassoError
from picasso_tb.store.records import (
    CheckpointRecord,
    ModelRecord,
    ProbeRecord,
    StoredCheckpoint,
    read_record,
)
from picasso_tb.store.run import RunStore

Weights = list[npt.NDArray[Any]]


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> RunStore:
    return RunStore(tmp_path / "run" if request.param == "local" else f"memory://{uuid.uuid4().hex}/run")


@pytest.fixture
def local(tmp_path: pathlib.Path) -> RunStore:
    return RunStore(tmp_path / "run")


def some_weights(seed: int = 0) -> Weights:
    random_ = np.random.default_rng(seed)
    return [
        random_.normal(size=(3, 3, 1, 4)).astype(np.float32),
        random_.normal(size=4).astype(ml_dtypes.bfloat16),
        random_.normal(size=(5, 2)).astype(np.float16).T,
        np.array(seed, np.int64),
        np.zeros((0, 3), np.float32),
        np.array([True, False]),
    ]


def save_model(store: RunStore, text: str = '{"layers": "é"}') -> ModelRecord:
    return store.save_model(
        text, name="model", class_names=["a", "b"], classes=2, height=7, width=5, channels=1, input_spec={}
    )


def save_checkpoint(store: RunStore, weights: Weights, step: int = 3, **more: Any) -> StoredCheckpoint:
    return store.save_checkpoint(
        save_model(store), step, [f"layer/{i}" for i in range(len(weights))], weights, **more
    )


def payload(store: RunStore, kind: str, name: str) -> pathlib.Path:
    return pathlib.Path(store.location) / "plugins" / "picasso" / kind / name


def forge(store: RunStore, **noted: Any) -> None:
    """Let the checkpoint's JSON say something else."""
    file = payload(store, "checkpoints", "model-3.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | noted))


# What comes back


def test_weights_come_back_to_the_bit(store: RunStore) -> None:
    weights = some_weights()
    saved = save_checkpoint(store, weights, metrics={"loss": 0.5}, monitor="loss", monitor_mode="max")
    assert read_record(store.checkpoints, "model-3.json", StoredCheckpoint) == saved
    record = read_record(store.checkpoints, "model-3.json", CheckpointRecord)
    assert (record.step, record.metrics, record.monitor, record.monitor_mode) == (
        3,
        {"loss": 0.5},
        "loss",
        "max",
    )
    for ours, theirs in zip(store.read_weights(record), weights, strict=True):
        assert (ours.dtype, ours.shape, ours.tobytes()) == (theirs.dtype, theirs.shape, theirs.tobytes())


def test_an_architecture_is_kept_once(store: RunStore) -> None:
    first, again, other = save_model(store), save_model(store), save_model(store, "{}")
    assert first.architecture == again.architecture != other.architecture
    assert len(store.architectures.stamps(".json")) == 2
    assert store.read_architecture(first.architecture) == '{"layers": "é"}'
    assert store.find_model("model") == other
    assert store.find_model("nobody") is None


@pytest.mark.parametrize("shape", [(7, 5), (7, 5, 3)])
def test_a_picture_comes_back(store: RunStore, shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    mask = np.arange(35).reshape(7, 5) % 3 == 0
    record = store.save_probe(picture, name="cat", label=0, masks={"the sun": mask}, order=4)
    assert (record.name, record.label, record.order, record.height, record.width) == ("cat", 0, 4, 7, 5)
    assert np.array_equal(store.read_picture(record), picture)
    assert record.array is None
    with store.probes.open(record.masks["the sun"]) as file:
        assert np.array_equal(np.asarray(PIL.Image.open(file)) > 0, mask)
    assert store.list_probes() == [record]
    store.remove_probe(record)
    assert store.list_probes() == []
    assert store.probes.stamps("") == {}


def test_a_float_array_comes_back_beside_its_picture(store: RunStore) -> None:
    array = np.random.default_rng(1).normal(size=(7, 5, 2)).astype(np.float32)
    record = store.save_probe(np.zeros((7, 5), np.uint8), array)
    assert np.array_equal(store.probes.read_array(str(record.array)), array)


def test_the_same_pixels_are_the_same_probe(store: RunStore) -> None:
    grey = np.arange(35, dtype=np.uint8).reshape(7, 5)
    as_grey = store.save_probe(grey, name="first")
    as_colour = store.save_probe(np.stack([grey] * 3, axis=-1), name="second")
    assert as_grey.id == as_colour.id
    assert [probe.name for probe in store.list_probes()] == ["second"]
    assert store.save_probe(grey + np.uint8(1)).id != as_grey.id


def test_the_longest_names_and_ids_are_written(store: RunStore) -> None:
    region = "ü" * 50
    record = store.save_probe(
        np.zeros((7, 5), np.uint8), id="i" * 100, masks={region: np.zeros((7, 5), bool)}
    )
    store.probes.read(record.masks[region])


@pytest.mark.parametrize("argument", [{"id": "../x"}, {"masks": {"a/b": np.zeros((7, 5), bool)}}])
def test_ids_and_regions_are_plain_names(store: RunStore, argument: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument, match="Expected"):
        store.save_probe(np.zeros((7, 5), np.uint8), **argument)
    assert store.list_probes() == []


# Logging an item again


def test_the_same_step_again_is_one_checkpoint(store: RunStore) -> None:
    save_checkpoint(store, some_weights(0), metrics={"loss": 1.0})
    second = save_checkpoint(store, some_weights(1))
    assert store.list_checkpoints() == [second]
    assert store.checkpoints.stamps(".npz").keys() == {second.file}
    assert store.read_weights(second)[3] == 1
    assert second.metrics == {}


def test_the_same_weights_again_keep_their_metrics(store: RunStore) -> None:
    save_checkpoint(store, some_weights(), metrics={"loss": 1.0})
    again = save_checkpoint(store, some_weights())
    assert again.metrics == {"loss": 1.0}
    assert len(store.read_weights(again)) == len(some_weights())
    assert save_checkpoint(store, some_weights(), metrics={"loss": 2.0}).metrics == {"loss": 2.0}


def test_a_probe_again_leaves_no_payload_behind(store: RunStore) -> None:
    picture = np.zeros((7, 5), np.uint8)
    store.save_probe(picture, masks={"a": np.zeros((7, 5), bool), "b": np.ones((7, 5), bool)})
    record = store.save_probe(picture, masks={"a": np.ones((7, 5), bool)})
    assert store.probes.stamps(".png").keys() == {record.image, record.masks["a"]}


def test_a_failed_log_harms_no_earlier_one(local: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full disk, at payload or JSON: the earlier checkpoint is whole, the new one is not listed."""
    earlier = save_checkpoint(local, some_weights(0))

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    for broken in ("write_with", "write_json"):
        with monkeypatch.context() as patch:
            patch.setattr(local.checkpoints, broken, full)
            with pytest.raises(OSError, match="space"):
                save_checkpoint(local, some_weights(1))
        assert local.list_checkpoints() == [earlier]
        assert local.read_weights(earlier)[3] == 0


# Damage


def readers(store: RunStore) -> dict[pathlib.Path, Callable[[], object]]:
    """Every kind of file with what reads it."""
    checkpoint = save_checkpoint(store, some_weights())
    probe = store.save_probe(np.full((7, 5), 9, np.uint8), np.ones((7, 5, 1), np.float32), id="probe")
    architecture = save_model(store).architecture
    return {
        payload(store, "checkpoints", checkpoint.file): lambda: store.read_weights(checkpoint),
        payload(store, "probes", probe.image): lambda: store.read_picture(probe),
        payload(store, "probes", str(probe.array)): lambda: store.probes.read_array(str(probe.array)),
        payload(store, "architectures", f"{architecture}.json"): lambda: store.read_architecture(
            architecture
        ),
        payload(store, "checkpoints", "model-3.json"): lambda: read_record(
            store.checkpoints, "model-3.json", CheckpointRecord
        ),
        payload(store, "probes", "probe.json"): lambda: read_record(store.probes, "probe.json", ProbeRecord),
        payload(store, "models", "model.json"): lambda: read_record(store.models, "model.json", ModelRecord),
    }


def test_every_truncation_is_damage(local: RunStore) -> None:
    for file, read in readers(local).items():
        read()
        whole = file.read_bytes()
        end = len(whole) - (20 if file.suffix == ".png" else 0)  # a PNG ends in checksums and a mark
        for length in {*range(0, end, 37), 1, end - 1}:
            file.write_bytes(whole[:length])
            with pytest.raises(DamagedFile):
                read()
        file.write_bytes(whole)
        read()


def test_random_damage_raises_nothing_but_our_errors(local: RunStore) -> None:
    random_ = random.Random(0)
    refused = 0
    for file, read in readers(local).items():
        whole = file.read_bytes()
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(random_.choice([1, 4, 40])):
                damaged[random_.randrange(len(damaged))] = random_.randrange(256)
            file.write_bytes(damaged)
            try:
                read()
            except PicassoError:
                refused += 1
        file.write_bytes(whole)
    assert refused > 500


def test_a_changed_weight_is_damage(local: RunStore) -> None:
    record = save_checkpoint(local, [np.arange(100, dtype=np.float32)])
    file = payload(local, "checkpoints", record.file)
    content = bytearray(file.read_bytes())
    at = content.index(np.arange(100, dtype=np.float32).tobytes())
    content[at + 6] ^= 1
    file.write_bytes(content)
    with pytest.raises(DamagedFile, match="CRC"):
        local.read_weights(record)


@pytest.mark.parametrize(
    "noted",
    [
        {"shape": [2, 50]},
        {"shape": [101]},
        {"dtype": "float64"},
        {"dtype": "float16"},
        {"dtype": "int32"},
        {"dtype": "bfloat16"},
        {"dtype": "object"},
        {"dtype": "no_such_type"},
        {"dtype": "__name__"},
    ],
)
def test_weights_that_are_not_as_noted_are_damage(local: RunStore, noted: dict[str, Any]) -> None:
    record = save_checkpoint(local, [np.arange(100, dtype=np.float32)])
    array = record.arrays[0].model_dump()
    forge(local, arrays=[array | noted])
    with pytest.raises(DamagedFile, match="Expected the weights"):
        local.read_weights(record)
    forge(local, arrays=[array, array])
    with pytest.raises(DamagedFile, match="Expected the weights"):
        local.read_weights(record)


def test_weights_that_others_replaced_are_gone(store: RunStore) -> None:
    earlier = save_checkpoint(store, some_weights(0))
    save_checkpoint(store, some_weights(1))
    with pytest.raises(NotFound, match="logged again"):
        store.read_weights(earlier)


def npy_header(shape: tuple[int, ...], descr: str = "<f4") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize("shape", [(10**9,), (10**18,), (2**63, 2), (-1,), (-1, -(10**9))])
def test_a_forged_header_takes_no_memory(local: RunStore, shape: tuple[int, ...]) -> None:
    record = save_checkpoint(local, [np.zeros(100, np.float32)])
    with zipfile.ZipFile(payload(local, "checkpoints", record.file), "w") as archive:
        archive.writestr("arr_0.npy", npy_header(shape) + bytes(400))
    forge(local, arrays=[record.arrays[0].model_dump() | {"shape": list(shape)}])
    local.probes.write("a.npy", npy_header(shape) + bytes(400))
    tracemalloc.start()
    for read in (lambda: local.read_weights(record), lambda: local.probes.read_array("a.npy")):
        with pytest.raises(DamagedFile):
            read()
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_what_unpacks_without_end_is_refused(local: RunStore) -> None:
    record = save_checkpoint(local, [np.zeros(10_000_000, np.uint8)])
    with zipfile.ZipFile(payload(local, "checkpoints", record.file), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("arr_0.npy", npy_header((10_000_000,), "|u1") + bytes(10_000_000))
    with pytest.raises(DamagedFile, match="compressed"):
        local.read_weights(record)


def test_nothing_is_unpickled(local: RunStore) -> None:
    record = save_checkpoint(local, [np.zeros(3, np.float32)])
    objects = np.array([print, len, pathlib.Path], dtype=object)
    with payload(local, "checkpoints", record.file).open("wb") as file:
        np.savez(file, objects)
    local.probes.write_with("a.npy", lambda file: np.save(file, objects))
    for read in (lambda: local.read_weights(record), lambda: local.probes.read_array("a.npy")):
        with pytest.raises(DamagedFile):
            read()


def test_a_picture_of_another_size_is_damage(local: RunStore) -> None:
    record = local.save_probe(np.zeros((7, 5), np.uint8))
    with pytest.raises(DamagedFile, match="size"):
        local.read_picture(record.model_copy(update={"height": 5, "width": 7}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("step", -1),
        ("step", "three"),
        ("metrics", {"loss": "NaN"}),
        ("arrays", [{"path": "a", "shape": [-1]}]),
    ],
)
def test_a_forged_record_is_damage(local: RunStore, field: str, value: object) -> None:
    save_checkpoint(local, some_weights())
    forge(local, **{field: value})
    with pytest.raises(DamagedFile, match=rf"model-3\.json: {field}"):
        read_record(local.checkpoints, "model-3.json", StoredCheckpoint)
    assert local.list_checkpoints() == []


def test_a_record_cannot_point_out_of_the_run(local: RunStore) -> None:
    for file in ("../models/model.json", "/etc/passwd", "a/../../b"):
        record = save_checkpoint(local, some_weights())
        with pytest.raises(Forbidden):
            local.read_weights(record.model_copy(update={"file": file}))
        with pytest.raises(Forbidden):
            local.remove_checkpoint(record.model_copy(update={"file": file}))


def test_a_stray_file_stops_no_logging(local: RunStore) -> None:
    local.save_probe(np.zeros((7, 5), np.uint8))
    (payload(local, "probes", "") / "a,b.json").write_text("{}")
    assert len(local.list_probes()) == 1


def test_a_payload_that_is_gone_is_not_found(local: RunStore) -> None:
    record = save_checkpoint(local, some_weights())
    payload(local, "checkpoints", record.file).unlink()
    with pytest.raises(NotFound, match="gone"):
        local.read_weights(record)

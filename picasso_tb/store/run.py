"""One run's part of the log directory: `<run>/plugins/picasso/`."""

import io
import os
import time
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.errors import DamagedFile, NotFound, PicassoError
from picasso_tb.store.digest import digest_of_arrays, digest_of_text
from picasso_tb.store.folder import Folder, plain_name
from picasso_tb.store.npy import read_npy, storable
from picasso_tb.store.picture import Picture
from picasso_tb.store.records import (
    CheckpointRecord,
    LinkRecord,
    ModelRecord,
    ProbeRecord,
    ProofRecord,
    R,
    RefusalRecord,
    StoredCheckpoint,
    WeightRecord,
    read_record,
)


class RunStore:
    """Probes, models and checkpoints of a run, as files.

    Args:
        run: the run's directory; a path or an fsspec URL.
    """

    def __init__(self, run: str | os.PathLike[str]) -> None:
        folder = Folder(run) / "plugins/picasso"
        self.location = os.fspath(run)
        self.probes = folder / "probes"
        self.models = folder / "models"
        self.architectures = folder / "architectures"
        self.checkpoints = folder / "checkpoints"
        self.proofs = folder / "proofs"
        self.refusals = folder / "refusals"

    # Probes

    def save_probe(
        self,
        image: Picture,
        array: npt.NDArray[np.float32] | None = None,
        *,
        id: str | None = None,
        name: str | None = None,
        label: int | None = None,
        masks: Mapping[str, npt.NDArray[np.bool_]] | None = None,
        order: int = 0,
        uploaded: bool = False,
    ) -> ProbeRecord:
        """Keep a picture, or the exact array that a model receives together with a picture of it.

        Args:
            image: what a person sees.
            array: (height, width, channels), what the model receives where that is not the picture.
            id: identity; by default the digest of the RGB pixels, or of the array.
            masks: regions by name, each (height, width).
        """
        digest = probe_digest(image) if array is None else digest_of_arrays([array])
        id = plain_name(id or digest, "ids")
        picture_file = f"{id}-{digest_of_arrays([image])[:8]}.png"
        self.probes.write(picture_file, png(image))
        array_file = None if array is None else f"{id}-{digest[:8]}.npy"
        if array is not None:
            self.probes.write_array(str(array_file), array)
        mask_files = {}
        for region, mask in (masks or {}).items():
            mask_files[plain_name(region, "masks")] = f"{id}.{region}-{digest_of_arrays([mask])[:8]}.png"
            self.probes.write(mask_files[region], png(np.where(mask, 255, 0).astype(np.uint8)))
        record = ProbeRecord(
            id=id,
            name=name or f"probe {order}",
            label=label,
            height=image.shape[0],
            width=image.shape[1],
            digest=digest,
            image=picture_file,
            array=array_file,
            masks=mask_files,
            order=order,
            uploaded=uploaded,
            wall_time=time.time(),
        )
        earlier = _find(self.probes, id, ProbeRecord)
        self.probes.write_json(f"{id}.json", record.model_dump())
        if earlier:
            self.probes.remove(*(_payloads(earlier) - _payloads(record)))
        return record

    def list_probes(self) -> list[ProbeRecord]:
        """The readable probes, in no order."""
        return _readable(self.probes, ProbeRecord)

    def remove_probe(self, probe: ProbeRecord) -> None:
        self.probes.remove(f"{probe.id}.json", *_payloads(probe))

    def read_picture(self, probe: ProbeRecord) -> Picture:
        """The picture, (height, width) or (height, width, 3).

        Raises:
            DamagedFile: it cannot be decoded, or is not of the size noted.
        """
        content = self.probes.read(probe.image)
        try:
            with PIL.Image.open(io.BytesIO(content), formats=["PNG"]) as image:
                if image.size != (probe.width, probe.height):
                    raise ValueError(f"its size is {image.size}")
                return np.asarray(image.convert("L" if image.mode == "L" else "RGB"))
        except Exception as error:  # Pillow raises nearly anything on damaged bytes
            raise DamagedFile(f"{probe.image}: Expected a PNG picture. {error}") from None

    # Models

    def save_model(self, architecture: str, **fields: Any) -> ModelRecord:
        """Keep an architecture, once per digest, and what belongs to it under the model's name."""
        digest = digest_of_text(architecture)
        if f"{digest}.json" not in self.architectures.stamps(".json"):
            self.architectures.write(f"{digest}.json", architecture.encode())
        record = ModelRecord(architecture=digest, wall_time=time.time(), **fields)
        self.models.write_json(f"{plain_name(record.name, 'name')}.json", record.model_dump())
        self.refusals.remove(f"{record.name}.json")
        return record

    def save_refusal(self, name: str, reason: str) -> None:
        """Keep why the model of that name could not be logged."""
        refusal = RefusalRecord(model=name, reason=reason, wall_time=time.time())
        self.refusals.write_json(f"{plain_name(name, 'name')}.json", refusal.model_dump())

    def find_model(self, name: str) -> ModelRecord | None:
        """The model of that name, if there is a readable one."""
        return _find(self.models, name, ModelRecord)

    def read_architecture(self, digest: str) -> str:
        text = self.architectures.read(f"{digest}.json").decode("utf-8", errors="replace")
        if digest_of_text(text) != digest:
            raise DamagedFile(f"architectures/{digest}.json does not hold what its name says")
        return text

    # Checkpoints

    def save_checkpoint(
        self,
        model: ModelRecord,
        step: int,
        paths: Sequence[str],
        weights: Sequence[npt.NDArray[Any]],
        *,
        metrics: Mapping[str, float] | None = None,
        monitor: str | None = None,
        monitor_mode: str = "min",
        link: LinkRecord | None = None,
    ) -> StoredCheckpoint:
        """Keep the weights of a step; an earlier checkpoint of that step stays whole until this one is.

        Without `metrics`, those known of the very same weights stay. With a link, the arrays stay where they
        are.
        """
        id = f"{model.name}-{step}"
        digest = digest_of_arrays(weights)
        file = None if link else f"{id}-{digest[:8]}.npz"
        if file:
            self.checkpoints.write_with(file, lambda out: np.savez(out, *map(storable, weights)))
        earlier = _find(self.checkpoints, id, CheckpointRecord)
        if metrics is None and earlier and earlier.weights == digest:
            metrics = earlier.metrics
        record = StoredCheckpoint.model_validate(
            {
                "id": id,
                "step": step,
                "model": model.name,
                "architecture": model.architecture,
                "weights": digest,
                "file": file,
                "link": link,
                "arrays": [
                    WeightRecord(path=path, shape=list(array.shape), dtype=array.dtype.name)
                    for path, array in zip(paths, weights, strict=True)
                ],
                "metrics": dict(metrics or {}),
                "monitor": monitor,
                "monitor_mode": monitor_mode,
                "wall_time": time.time(),
            }
        )
        self.checkpoints.write_json(f"{id}.json", record.model_dump())
        if earlier and earlier.file and earlier.file != file:
            self.checkpoints.remove(earlier.file)
        return record

    def list_checkpoints(self) -> list[StoredCheckpoint]:
        """The readable checkpoints, in no order."""
        return _readable(self.checkpoints, StoredCheckpoint)

    def remove_checkpoint(self, record: CheckpointRecord) -> None:
        self.checkpoints.remove(f"{record.id}.json", *([record.file] if record.file else []))

    def save_proof(self, checkpoint: CheckpointRecord, trouble: str | None) -> None:
        """Keep what came of loading a checkpoint back."""
        proof = ProofRecord(
            model=checkpoint.model,
            architecture=checkpoint.architecture,
            checkpoint=checkpoint.id,
            trouble=trouble,
            wall_time=time.time(),
        )
        self.proofs.write_json(f"{checkpoint.model}.json", proof.model_dump())

    def read_checkpoint(self, record: CheckpointRecord) -> StoredCheckpoint:
        """All that is noted of a checkpoint.

        Raises:
            NotFound: it is gone, or other weights took its place.
        """
        stored = read_record(self.checkpoints, f"{record.id}.json", StoredCheckpoint)
        if stored.weights != record.weights:
            raise NotFound(f"{record.id} was logged again with other weights")
        return stored

    def read_weights(self, record: CheckpointRecord) -> list[npt.NDArray[Any]]:
        """The arrays kept here, in the order of the model's weights.

        Raises:
            DamagedFile: an array is missing, truncated, or not of the shape and type noted.
            NotFound: the checkpoint is gone, or other weights took its place.
        """
        stored = self.read_checkpoint(record)
        if record.file is None:
            raise DamagedFile(f"{record.id}: Expected a file of weights. Received: none")
        with self.checkpoints.open(record.file) as file:
            try:
                with zipfile.ZipFile(file) as archive:
                    return [_read_weight(archive, index, noted) for index, noted in enumerate(stored.arrays)]
            except Exception as error:  # zipfile and numpy raise nearly anything on damaged bytes
                raise DamagedFile(f"{record.file}: Expected the weights of {record.id}. {error}") from None


def probe_digest(image: Picture) -> str:
    """Identity of a picture: digest of its RGB pixels, the same for its grey and its RGB form."""
    return digest_of_arrays([np.asarray(PIL.Image.fromarray(image).convert("RGB"))])


def png(image: Picture) -> bytes:
    content = io.BytesIO()
    PIL.Image.fromarray(image).save(content, "PNG")
    return content.getvalue()


def _payloads(probe: ProbeRecord) -> set[str]:
    return {probe.image, *([probe.array] if probe.array else []), *probe.masks.values()}


def _find(folder: Folder, stem: str, kind: type[R]) -> R | None:
    try:
        return read_record(folder, f"{stem}.json", kind)
    except PicassoError:
        return None


def _readable(folder: Folder, kind: type[R]) -> list[R]:
    found = [_find(folder, name.removesuffix(".json"), kind) for name in folder.stamps(".json")]
    return [record for record in found if record]


def _read_weight(archive: zipfile.ZipFile, index: int, noted: WeightRecord) -> npt.NDArray[Any]:
    member = archive.getinfo(f"arr_{index}.npy")
    if member.compress_type != zipfile.ZIP_STORED:  # what unpacks may unpack without end
        raise ValueError("Received: compressed arrays.")
    try:
        with archive.open(member) as file:
            return read_npy(file, tuple(noted.shape), _dtype(noted.dtype))
    except (ValueError, EOFError) as error:
        raise ValueError(
            f"Expected array {index} ({noted.path}): {noted.dtype} {noted.shape}. {error}"
        ) from None


def _dtype(name: str) -> np.dtype[Any]:
    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes  # comes with TensorFlow and JAX; numpy alone does not know bfloat16

        dtype: np.dtype[Any] = np.dtype(getattr(ml_dtypes, name))
        return dtype

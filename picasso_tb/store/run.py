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

from picasso_tb.errors import DamagedFile, NotFound
from picasso_tb.store.digest import digest_of_arrays, digest_of_text
from picasso_tb.store.folder import Folder, plain_name
from picasso_tb.store.records import (
    CheckpointRecord,
    ModelRecord,
    ProbeRecord,
    WeightRecord,
    read_record,
)

Picture = npt.NDArray[np.uint8]  # (height, width) or (height, width, 3)


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
        stem = f"{id[:100]}-{digest[:8]}"
        self.probes.write(f"{stem}.png", png(image))
        if array is not None:
            self.probes.write_array(f"{stem}.npy", array)
        mask_files = {}
        for region, mask in (masks or {}).items():
            content = png(np.where(mask, 255, 0).astype(np.uint8))
            mask_files[plain_name(region, "masks")] = f"{stem}.{region}-{digest_of_arrays([mask])[:8]}.png"
            self.probes.write(mask_files[region], content)
        record = ProbeRecord(
            id=id,
            name=name or f"probe {order}",
            label=label,
            height=image.shape[0],
            width=image.shape[1],
            digest=digest,
            image=f"{stem}.png",
            array=None if array is None else f"{stem}.npy",
            masks=mask_files,
            order=order,
            uploaded=uploaded,
            wall_time=time.time(),
        )
        self.probes.write_json(f"{id}.json", record.model_dump())
        return record

    def remove_probe(self, probe: ProbeRecord) -> None:
        payloads = [probe.image, *([probe.array] if probe.array else []), *probe.masks.values()]
        self.probes.remove(f"{probe.id}.json", *payloads)

    def read_picture(self, probe: ProbeRecord) -> Picture:
        """The picture, (height, width) or (height, width, 3).

        Raises:
            DamagedFile: it cannot be decoded, or is not of the size noted.
        """
        try:
            with PIL.Image.open(io.BytesIO(self.probes.read(probe.image)), formats=["PNG"]) as image:
                if image.size != (probe.width, probe.height):
                    raise ValueError(f"its size is {image.size}")
                return np.asarray(image.convert("L" if image.mode == "L" else "RGB"))
        except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError) as error:
            raise DamagedFile(f"{probe.image}: Expected a PNG picture. {error}") from None

    # Models

    def save_model(self, architecture: str, **fields: Any) -> ModelRecord:
        """Keep an architecture, once per digest, and what belongs to it under the model's name."""
        digest = digest_of_text(architecture)
        if f"{digest}.json" not in self.architectures.stamps(".json"):
            self.architectures.write(f"{digest}.json", architecture.encode())
        record = ModelRecord(architecture=digest, wall_time=time.time(), **fields)
        self.models.write_json(f"{plain_name(record.name, 'name')}.json", record.model_dump())
        return record

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
    ) -> CheckpointRecord:
        """Keep the weights of a step; an earlier checkpoint of that step stays whole until this one is."""
        id = f"{model.name}-{step}"
        digest = digest_of_arrays(weights)
        file = f"{id}-{digest[:8]}.npz"
        self.checkpoints.write_with(
            file, lambda out: np.savez(out, **{str(i): _bits(array) for i, array in enumerate(weights)})
        )
        record = CheckpointRecord.model_validate(
            {
                "id": id,
                "step": step,
                "model": model.name,
                "architecture": model.architecture,
                "weights": digest,
                "file": file,
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
        earlier = self._payload_of(id)
        self.checkpoints.write_json(f"{id}.json", record.model_dump())
        if earlier not in (None, file):
            self.checkpoints.remove(str(earlier))
        return record

    def remove_checkpoint(self, record: CheckpointRecord) -> None:
        self.checkpoints.remove(f"{record.id}.json", record.file)

    def read_weights(self, record: CheckpointRecord) -> list[npt.NDArray[Any]]:
        """The arrays, in the order of the model's weights.

        Raises:
            DamagedFile: an array is missing, truncated, or not of the shape and type noted.
        """
        try:
            with self.checkpoints.open(record.file) as file, zipfile.ZipFile(file) as archive:
                return [_read_weight(archive, index, noted) for index, noted in enumerate(record.arrays)]
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, OSError) as error:
            raise DamagedFile(f"{record.file}: Expected the weights of {record.id}. {error}") from None

    def _payload_of(self, checkpoint: str) -> str | None:
        try:
            return read_record(self.checkpoints, f"{checkpoint}.json", CheckpointRecord).file
        except (NotFound, DamagedFile):
            return None


def probe_digest(image: Picture) -> str:
    """Identity of a picture: digest of its RGB pixels, so that grey and RGB forms of one picture are one probe."""
    return digest_of_arrays([np.asarray(PIL.Image.fromarray(image).convert("RGB"))])


def png(image: Picture) -> bytes:
    content = io.BytesIO()
    PIL.Image.fromarray(image).save(content, "PNG")
    return content.getvalue()


def _bits(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A .npy file knows numpy's own types only: bfloat16 and its like travel as their bits."""
    return array if array.dtype.isbuiltin == 1 else array.view(f"u{array.dtype.itemsize}")


def _read_weight(archive: zipfile.ZipFile, index: int, noted: WeightRecord) -> npt.NDArray[Any]:
    dtype = _dtype(noted.dtype)
    with archive.open(f"{index}.npy") as member:
        # The header is checked before any value is read: a forged one must not fill the memory.
        version = np.lib.format.read_magic(member)
        read_header = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, fortran_order, stored = read_header(member)
        if list(shape) != noted.shape or stored.itemsize != dtype.itemsize or stored.hasobject:
            raise ValueError(f"array {index} ({noted.path}) is {stored} {shape}, not {dtype} {noted.shape}")
        wanted = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        content = member.read(wanted)
    if len(content) != wanted:
        raise EOFError(f"array {index} ({noted.path}) is truncated")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran_order else "C")


def _dtype(name: str) -> np.dtype[Any]:
    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes  # comes with TensorFlow and JAX; numpy alone does not know bfloat16

        return np.dtype(getattr(ml_dtypes, name))

"""What the JSON files of a run say. A record that does not fit is a damaged file, never a surprise later."""

from typing import Any, Literal, TypeVar

import pydantic
from pydantic import NonNegativeInt as Count
from pydantic import PositiveInt

from picasso_tb.errors import DamagedFile
from picasso_tb.faults import first_fault
from picasso_tb.store.folder import Folder


class Record(pydantic.BaseModel):
    """Base of every record. Fields that a later version may add are ignored."""

    model_config = pydantic.ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class ProbeRecord(Record):
    """A picture kept to be looked at: `probes/<id>.json`."""

    id: str
    name: str
    label: Count | None
    height: PositiveInt
    width: PositiveInt
    digest: str  # of the pixels, or of the float array: the same probe in two runs has the same
    image: str  # PNG for the eye
    array: str | None  # .npy with what the model receives, where that is not the picture
    masks: dict[str, str] = {}  # region name -> PNG, white inside
    order: Count = 0
    uploaded: bool = False
    wall_time: float


class LayerRecord(Record):
    """A layer whose output has rows and columns; None where the size of the image decides."""

    name: str
    height: PositiveInt | None
    width: PositiveInt | None
    channels: PositiveInt


class ModelRecord(Record):
    """Architecture, input and class names: `models/<name>.json`."""

    name: str
    architecture: str  # digest; the text is architectures/<digest>.json
    class_names: list[str]
    classes: PositiveInt
    height: PositiveInt | None
    width: PositiveInt | None
    channels: PositiveInt
    input_spec: dict[str, Any]
    layers: list[LayerRecord] = []  # from input to output
    offers: list[str] = ["scores", "gradients"]  # what methods can ask of it
    wall_time: float


class LinkRecord(Record):
    """A model file on this machine that holds a checkpoint's weights, and how it is to be opened."""

    path: str
    weights: str | None = None  # their file, where it is another
    input: str | None = None
    output: str | int | None = None
    custom_objects: list[str] = []  # imported only where the user names them too
    size: Count  # of the file of the weights ...
    changed: int  # ... and when it was written, in nanoseconds, at the time when it was linked


class CheckpointRecord(Record):
    """The weights of one step: `checkpoints/<id>.json`, but for the list of arrays, which is long."""

    id: str
    step: Count
    model: str
    architecture: str
    weights: str  # digest
    file: str | None = None  # with the arrays, unless they are elsewhere
    link: LinkRecord | None = None
    metrics: dict[str, float] = {}
    monitor: str | None = None  # the metric by which the best checkpoint is chosen ...
    monitor_mode: Literal["min", "max"] = "min"  # ... and which end of it is best
    wall_time: float


class WeightRecord(Record):
    """One array of a checkpoint."""

    path: str
    shape: list[Count]
    dtype: str


class StoredCheckpoint(CheckpointRecord):
    """All of `checkpoints/<id>.json`."""

    arrays: list[WeightRecord]


class ProofRecord(Record):
    """Whether a checkpoint, loaded back, predicts what the live model did: `proofs/<model>.json`."""

    model: str
    architecture: str
    checkpoint: str
    trouble: str | None  # what is wrong, if something is
    wall_time: float


class RefusalRecord(Record):
    """Why a model could not be logged: `refusals/<model>.json`, there until it can be."""

    model: str
    reason: str
    wall_time: float


R = TypeVar("R", bound=Record)


def read_record(folder: Folder, name: str, kind: type[R]) -> R:
    """The record in a JSON file.

    Raises:
        DamagedFile: the file is no such record.
        NotFound: there is no such file.
    """
    try:
        return kind.model_validate(folder.read_json(name))
    except pydantic.ValidationError as refused:
        raise DamagedFile(f"{name}: {first_fault(refused, kind).at('the file')}") from None

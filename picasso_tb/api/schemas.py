"""The bodies that travel between tab and server. OpenAPI and the TypeScript types are made from these."""

from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field


class Schema(pydantic.BaseModel):
    """Base of every body: unknown fields are refused, so that a typing error is never ignored."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class ErrorInfo(Schema):
    code: str
    message: str
    field: str | None = None


class ErrorBody(Schema):
    error: ErrorInfo


class VisualizationInfo(Schema):
    name: str
    title: str
    summary: str
    paper: str
    sign: Literal["signed", "magnitude"]
    draws_map: bool
    settings_schema: dict[str, Any] = Field(description="JSON Schema of the settings, in display order.")
    default_passes: int = Field(description="Passes for one probe and one class with the default settings.")


class Limits(Schema):
    passes: int = Field(description="Most passes through the network that one request may ask for.")
    probes: int = Field(description="Most probes in one request.")
    upload_bytes: int
    upload_pixels: int


class Compute(Schema):
    """Whether maps can be computed here; without TensorFlow those already computed are still shown."""

    available: bool
    reason: str | None = None


class Catalogue(Schema):
    version: str
    compute: Compute
    visualizations: list[VisualizationInfo]
    limits: Limits


class Problem(Schema):
    """A stored file that could not be read."""

    file: str
    message: str


class RunInfo(Schema):
    name: str
    checkpoints: int
    probes: int
    last_step: int | None
    problems: list[Problem]


class Runs(Schema):
    runs: list[RunInfo]
    scanned: bool = Field(description="False until the log directory has been read once.")


class ModelInfo(Schema):
    name: str
    class_names: list[str] = Field(description="Empty if none were given: classes then go by index.")
    classes: int
    height: int | None
    width: int | None
    channels: int


class CheckpointInfo(Schema):
    id: str
    step: int
    model: str
    names: list[Literal["first", "best", "last"]]
    metrics: dict[str, float]
    wall_time: float


class Checkpoints(Schema):
    checkpoints: list[CheckpointInfo] = Field(description="By step.")
    models: list[ModelInfo]
    problems: list[Problem]


class ProbeInfo(Schema):
    id: str
    name: str
    label: int | None
    height: int
    width: int
    masks: list[str]
    mask_versions: dict[str, str] = Field(description="By mask: changes when it does, as `image_version`.")
    uploaded: bool
    image_version: str = Field(description="Changes when the picture does: add it to the picture's address.")


class Probes(Schema):
    probes: list[ProbeInfo] = Field(description="In the order in which they were logged, uploads last.")
    problems: list[Problem]


class TopTargets(Schema):
    """The classes that the checkpoint itself finds most probable for each probe."""

    kind: Literal["top"]
    count: int = Field(1, ge=1, le=20)


class TrueTarget(Schema):
    """The label that each probe was logged with."""

    kind: Literal["true"]


class ClassTargets(Schema):
    """The same classes for every probe."""

    kind: Literal["classes"]
    classes: list[Annotated[int, Field(ge=0)]] = Field(min_length=1, max_length=20)


Targets = Annotated[TopTargets | TrueTarget | ClassTargets, Field(discriminator="kind")]


class MapsRequest(Schema):
    run: str
    checkpoint: str
    probes: list[str] = Field(min_length=1)
    visualization: str
    settings: dict[str, Any] = Field(default_factory=dict)
    targets: Targets = TopTargets(kind="top")


class Estimate(Schema):
    """What a request would cost, before it is made."""

    maps: int
    known: int = Field(description="Maps already computed.")
    passes: int
    passes_per_probe: int
    seconds: float | None = Field(description="None until this model and method have been timed once.")


class Prediction(Schema):
    class_index: int
    probability: float


class MapInfo(Schema):
    """What a computed map is. `GET api/maps/<key>` gives its numbers."""

    key: str
    target: int = Field(description="The class explained.")
    probability: float = Field(description="Of the target, for the untouched probe.")
    score: float
    score_name: Literal["logit", "log-probability"]
    predictions: list[Prediction] = Field(description="The most probable classes first, 20 at most.")
    height: int | None = Field(description="None for a method that draws no map.")
    width: int | None
    lowest: float | None = Field(description="Smallest and largest value of the map.")
    highest: float | None
    quantity: str = Field(description='What a value is, such as "drop in class probability when covered".')
    sign: Literal["signed", "magnitude"]
    arrays: list[str] = Field(description="Raw numbers kept beside the map: GET api/maps/<key>?array=NAME.")
    notes: list[str] = Field(description="Every fallback and caution, in words.")
    settings: dict[str, Any]


class MapEntry(Schema):
    """One map of a request: the probe's `rank`-th target, counted from 0."""

    key: str
    probe: str
    rank: int
    state: Literal["done", "pending", "failed"]
    info: MapInfo | None = None
    error: ErrorInfo | None = None


class MapsResponse(Schema):
    maps: list[MapEntry]
    job: str | None = Field(description="The job that computes the pending maps; None when there are none.")


class Outcome(Schema):
    """What became of one map of a job."""

    key: str
    state: Literal["done", "failed"]
    info: MapInfo | None = None
    error: ErrorInfo | None = None


class JobStatus(Schema):
    id: str
    state: Literal["queued", "running", "done", "cancelled"]
    phase: str = Field(description='What is happening, such as "starting TensorFlow".')
    phase_seconds: float
    passes_done: int
    passes: int
    seconds_left: float | None
    maps_done: int
    maps: int
    finished: list[Outcome] = Field(description="Maps finished, from number `seen` of the query on.")


class Deleted(Schema):
    deleted: str

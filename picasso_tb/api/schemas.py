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
    paper: str = Field(description="Address of the paper; empty where none is named.")
    needs: Literal["scores", "gradients", "activations"] = Field(description="Of the model.")
    sign: Literal["signed", "magnitude"] = Field(description="Of a map with the default settings.")
    quantity: str = Field(description="What a value is with the default settings.")
    draws_map: bool
    settings_schema: dict[str, Any] = Field(description="JSON Schema of the settings, in display order.")
    default_passes: int = Field(description="Passes for one probe and one class with the default settings.")
    version: str = Field(description="Maps of another version are others.")
    own: bool = Field(False, description="Added by the user.")
    file: str | None = Field(None, description="Path of a user's own, as `explain` takes it.")
    error: str | None = Field(None, description="Why it cannot be chosen; the title is then a file's name.")
    failure: str | None = Field(None, description="What went wrong when it was last used, by its own fault.")


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
    scanned: bool = Field(description="False while some of the users' own visualizations are being read.")
    limits: Limits


class Problem(Schema):
    """A stored file that could not be read."""

    file: str
    message: str


class RunInfo(Schema):
    name: str
    path: str = Field(description="Its directory, as `open_run` takes it.")
    checkpoints: int
    probes: int
    last_step: int | None
    problems: list[Problem]


class Runs(Schema):
    runs: list[RunInfo]
    scanned: bool = Field(description="False until the log directory has been read once.")


class LayerInfo(Schema):
    name: str
    height: int | None = Field(description="Of what the layer gives; null where the picture's size decides.")
    width: int | None
    channels: int


class ModelInfo(Schema):
    name: str
    class_names: list[str] = Field(description="Empty if none were given: classes then go by index.")
    classes: int
    height: int | None
    width: int | None
    channels: int
    layers: list[LayerInfo] = Field(description="Those with rows and columns, from input to output.")
    offers: list[str] = Field(description="What a visualization may need of it.")


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
    location: str | None = Field(None, description="Of an added picture: the folder that `open_run` takes.")
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
    compute: bool = Field(True, description="False to be told what is known, and to begin nothing.")


class Estimate(Schema):
    """What a request would cost, before it is made."""

    maps: int
    known: int = Field(description="Maps already computed.")
    passes: int
    passes_per_probe: int = Field(description="For all classes asked for.")
    sign: Literal["signed", "magnitude"] = Field(description="Of a map with these settings.")
    quantity: str = Field(description="What a value is with these settings.")
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
    score_name: Literal["logit", "log-probability", "value"]
    score_source: str = Field("", description='Where the score was taken, such as "before the softmax".')
    predictions: list[Prediction] = Field(description="The most probable classes first, 20 at most.")
    height: int | None = Field(description="None for a method that draws no map.")
    width: int | None
    lowest: float | None = Field(description="Smallest and largest value of the map.")
    highest: float | None
    quantity: str = Field(description='What a value is, such as "drop in class probability when covered".')
    sign: Literal["signed", "magnitude"]
    arrays: list[str] = Field(description="Raw numbers kept beside the map: GET api/maps/<key>?array=NAME.")
    notes: list[str] = Field(description="Every fallback and caution, in words.")
    computation: str = Field("", description="How patches were covered, and why not faster; empty without.")
    settings: dict[str, Any]
    exhibits: int = Field(0, description="How many there are: GET api/maps/<key>?format=exhibits.")
    page: bool = Field(False, description="Whether there is one: GET api/maps/<key>?format=page.")
    received: str | None = Field(
        None, description="Equal where the model received the same: GET api/maps/<key>?format=received."
    )
    preview: float | None = Field(None, description="Share of the work behind it; None for the answer.")


class ClassCell(Schema):
    """A class, to be shown by its name."""

    class_index: int


Cell = float | str | ClassCell | None


class TableExhibit(Schema):
    kind: Literal["table"]
    title: str
    columns: list[str]
    rows: list[list[Cell]]


class ChartExhibit(Schema):
    kind: Literal["lines", "bars"]
    title: str
    x_label: str
    y_label: str
    x: list[Cell]
    lines: dict[str, list[float | None]] = Field(description="Values at the places `x`, by the line's name.")


class PictureExhibit(Schema):
    kind: Literal["picture"]
    title: str
    url: str = Field(description="A data URL of a PNG.")
    height: int
    width: int


class Exhibits(Schema):
    """What a visualization shows beside a map, or in place of one: `GET api/maps/<key>?format=exhibits`."""

    exhibits: list[Annotated[TableExhibit | ChartExhibit | PictureExhibit, Field(discriminator="kind")]]


class Page(Schema):
    """A visualization's own page, for a sandboxed frame: `GET api/maps/<key>?format=page`."""

    html: str


class Received(Schema):
    """What the model received for the untouched probe: `GET api/maps/<key>?format=received`."""

    height: int
    width: int
    channels: int
    lowest: float = Field(description="Of the float32 values.")
    highest: float
    preprocessing: str = Field(description="How the picture became this, in words.")
    black: list[float] = Field(description="The value of each channel that is drawn black.")
    white: list[float]
    url: str = Field(description="A data URL of a PNG, scaled down where it is large.")


class MapEntry(Schema):
    """One map of a request: the probe's `rank`-th target, counted from 0."""

    key: str
    probe: str
    rank: int
    state: Literal["done", "pending", "failed"]
    info: MapInfo | None = Field(None, description="While pending, of the last preview.")
    error: ErrorInfo | None = None


class MapsResponse(Schema):
    maps: list[MapEntry]
    job: str | None = Field(description="The job that computes the pending maps; None when there are none.")


class Outcome(Schema):
    """What became of one map of a job."""

    key: str
    state: Literal["preview", "done", "failed"]
    info: MapInfo | None = Field(None, description="Its key is where to fetch the numbers, of a preview too.")
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
    previews: list[Outcome] = Field(description="The last preview of each map under way that has one.")


class WarmRequest(Schema):
    run: str
    checkpoint: str = Field(description="Id of the checkpoint to have ready.")


class Warm(Schema):
    warming: bool = Field(description="Whether a worker is being got ready; not while anything else is done.")


class Deleted(Schema):
    deleted: str

"""What is written of probes and models, each with its event."""

import dataclasses
from collections.abc import Sequence

from picasso_tb.logging.events import EventLog
from picasso_tb.logging.probes import Probe
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.input_spec import PIXELS_AS_THEY_ARE, InputSpec
from picasso_tb.store.digest import digest_of_text
from picasso_tb.store.records import ModelRecord
from picasso_tb.store.run import RunStore


@dataclasses.dataclass(frozen=True)
class GivenModel:
    """What the caller said about a model; None where he said nothing."""

    architecture: Architecture
    class_names: list[str] | None = None
    output: str | int | None = None
    input_spec: InputSpec | None = None


def save_probes(store: RunStore, events: EventLog, probes: Sequence[Probe], input_spec: InputSpec) -> None:
    """Those of a run that are new come last.

    Args:
        input_spec: by which float arrays are drawn.
    """
    orders = {record.id: record.order for record in store.list_probes()}
    for probe in probes:
        order = orders.setdefault(probe.identity, max(orders.values(), default=-1) + 1)
        record = store.save_probe(
            probe.picture(input_spec),
            None if probe.is_picture else probe.content,
            id=probe.id,
            name=probe.name,
            label=probe.label,
            masks=probe.masks,
            order=order,
        )
        events.add(f"probes/{record.id}.json", 0)


def save_model(
    store: RunStore,
    events: EventLog,
    name: str,
    model: GivenModel,
    inferred: InputSpec | None,
    earlier: ModelRecord | None,
) -> ModelRecord:
    """
    Args:
        inferred: from the first probes.
        earlier: the record of that name, which tells what nobody says now of the same architecture.
    """
    architecture = model.architecture
    names = model.class_names or []
    input_spec = (model.input_spec or inferred or PIXELS_AS_THEY_ARE).model_dump(mode="json")
    if earlier and earlier.architecture == digest_of_text(architecture.config):
        names = names or earlier.class_names
        if not (model.input_spec or inferred):
            input_spec = earlier.input_spec
    record = store.save_model(
        architecture.config,
        name=name,
        class_names=names,
        classes=architecture.classes,
        height=architecture.height,
        width=architecture.width,
        channels=architecture.channels or (1 if input_spec.get("mode") == "L" else 3),
        input_spec=input_spec,
        layers=[layer._asdict() for layer in architecture.layers],
        offers=list(architecture.offers),
    )
    events.add(f"models/{name}.json", 0)
    return record

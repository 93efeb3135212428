"""What the server has to know of a visualization, as plain JSON."""

import json
from collections.abc import Mapping
from typing import Any

from picasso_tb.errors import BrokenVisualization
from picasso_tb.visualizations.declare import Needs, Settings, Sign, Visualization


def described(entry: Visualization) -> dict[str, Any]:
    """The catalogue's line for a visualization."""
    defaults = entry.settings()
    return {
        "name": entry.name,
        "title": entry.title,
        "summary": entry.summary,
        "paper": entry.paper,
        "needs": entry.needs.value,
        **_meaning_of(entry, defaults),
        "draws_map": entry.draws_map,
        "settings_schema": entry.form(),
        "default_passes": passes_of(entry, defaults, 1),
    }


def resolved(entry: Visualization, values: Mapping[str, Any], targets: int) -> dict[str, Any]:
    """The settings in full, what the map's values then are, and the passes that one probe costs.

    Raises:
        InvalidArgument: a setting is wrong.
        BrokenVisualization: the cost is no number of passes.
    """
    settings = entry.parse(values)
    return {
        "settings": settings.model_dump(mode="json"),
        **_meaning_of(entry, settings),
        "passes": passes_of(entry, settings, targets),
    }


def _meaning_of(entry: Visualization, settings: Settings) -> dict[str, str]:
    """Sign and quantity of a map.

    Raises:
        BrokenVisualization: the visualization doesn't say them.
    """
    sign, quantity = entry.sign(settings), entry.quantity(settings)
    if not isinstance(sign, Sign):
        raise BrokenVisualization(f"{entry.name}: Expected sign as a Sign. Received: {sign!r:.80}")
    if not _is_text(quantity):
        raise BrokenVisualization(f"{entry.name}: Expected quantity as text. Received: {quantity!r:.80}")
    return {"sign": sign.value, "quantity": quantity}


def _is_text(value: object) -> bool:
    """Whether it can be sent: a text without half a character."""
    return isinstance(value, str) and value == value.encode(errors="ignore").decode()


def passes_of(entry: Visualization, settings: Settings, targets: int) -> int:
    """
    Raises:
        BrokenVisualization: the visualization doesn't say it as a whole number from 1.
    """
    passes = entry.passes(settings, targets)
    if not isinstance(passes, int) or passes < 1:
        raise BrokenVisualization(f"{entry.name}: Expected passes from 1. Received: {passes!r}")
    return passes


def check(entry: Visualization) -> None:
    """
    Raises:
        BrokenVisualization: the catalogue could not show it.
    """
    for name in ("title", "summary", "paper"):
        text = getattr(entry, name)
        if not _is_text(text) or (not text and name != "paper"):
            raise BrokenVisualization(f"{entry.name}: Expected {name} as text. Received: {text!r:.80}")
    if entry.paper and not entry.paper.startswith(("https://", "http://")):
        raise BrokenVisualization(
            f"{entry.name}: Expected paper as an address, https://... Received: {entry.paper!r:.80}"
        )
    if not isinstance(entry.settings, type) or not issubclass(entry.settings, Settings):
        raise BrokenVisualization(
            f"{entry.name}: Expected settings derived from Settings. Received: {entry.settings!r:.80}"
        )
    if not isinstance(entry.needs, Needs) or not isinstance(entry.draws_map, bool):
        raise BrokenVisualization(
            f"{entry.name}: Expected needs as Needs and draws_map as True or False. "
            f"Received: {entry.needs!r:.80} and {entry.draws_map!r:.80}"
        )
    json.dumps(described(entry), allow_nan=False)

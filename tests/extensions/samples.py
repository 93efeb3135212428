"""Files as users write them, good ones and broken ones."""

METHOD = '''"""Brightness: where the picture is bright."""

import numpy as np
from pydantic import Field

from picasso_tb.visualizations.declare import Needs, Result, Settings, Sign, visualization


class BrightnessSettings(Settings):
    factor: int = Field(1, ge=1, le=9, title="Factor", description="By which each value is multiplied.")


@visualization(
    title="Brightness",
    summary="Shows where the picture is bright.",
    needs=Needs.SCORES,
    sign=Sign.MAGNITUDE,
    settings=BrightnessSettings,
    quantity=lambda settings: f"brightness times {settings.factor}",
    passes=lambda settings, targets: settings.factor,
)
def brightness(model, images, targets, settings):
    maps = np.abs(images).mean(axis=-1)[:, None] * settings.factor
    return Result(np.repeat(maps, targets.shape[1], axis=1).astype(np.float32))
'''


def renamed(name: str, text: str = METHOD) -> str:
    """The same visualization under another name."""
    return text.replace("def brightness(", f"def {name}(")


def with_body(name: str, body: str) -> str:
    """Brightness with another function body, one line, under another name."""
    head, _, _ = METHOD.partition("    maps = ")
    return renamed(name, head) + f"    {body}\n"


BROKEN = {  # by file: its text and what its error must say
    "syntax.py": ("import numpy\ndef broken(:\n", "syntax.py, line 2: SyntaxError"),
    "lacking.py": ("import os\nimport no_such_package\n", "lacking.py, line 2: ModuleNotFoundError"),
    "raising.py": ("x = 1 / 0\n", "raising.py, line 1: ZeroDivisionError"),
    "leaving.py": ("raise SystemExit(3)\n", "leaving.py, line 1: SystemExit"),
    "nothing.py": ("x = 1\n", "nothing.py: Expected a function under @visualization"),
    "crashing.py": (
        "import os\nos._exit(7)\n",
        "Importing crashing.py ended its Python process (exit code 7)",
    ),
    "costless.py": (
        renamed("costless").replace("targets: settings.factor,\n", "targets: 'many',\n"),
        "costless: Expected passes from 1. Received: 'many'",
    ),
    "unitless.py": (
        renamed("unitless").replace('f"brightness times {settings.factor}"', "3"),
        "unitless: Expected quantity as text. Received: 3",
    ),
    "mapless.py": (
        renamed("mapless").replace("quantity=", "draws_map=None, quantity="),
        "mapless: Expected needs as Needs and draws_map as True or False",
    ),
    "half.py": (
        renamed("half").replace('title="Brightness"', 'title="\\ud800"'),
        "half: Expected title as text",
    ),
    "nameless.py": (
        renamed("nameless").replace('title="Brightness"', 'title=""'),
        "nameless: Expected title",
    ),
}

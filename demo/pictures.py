"""Pictures of a pullover or a coat on a lawn, with a small sun or a dark cloud in a corner of the sky.

The sky is the trap: it says nothing about the garment, unless whoever collected the pictures made it agree.
"""

import dataclasses
import functools
import pathlib
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Pictures = npt.NDArray[np.uint8]  # (n, h, w, 3)
Masks = npt.NDArray[np.bool_]  # (n, h, w)
Labels = npt.NDArray[np.int64]  # (n,), indices into CLASS_NAMES
Cues = npt.NDArray[np.int64]  # (n,), SUN, CLOUD or NO_CUE
Canvas = npt.NDArray[np.float32]  # (h, w, 3), 0..255
Plane = npt.NDArray[np.float32]  # (h, w)

HEIGHT, WIDTH = 64, 72
CLASS_NAMES = ("pullover", "coat")
SUN, CLOUD, NO_CUE = 0, 1, -1  # a cue is the index of the class that it speaks for

SKYLINE = 18  # the sky alone fills the rows above it
BLADE_COLOURS = ((18, 38, 14), (84, 118, 40), (206, 222, 140))  # of black, grey and white blades
HAZE_COLOUR = np.array((170, 190, 150), np.float32)
# Warm, so that a grey patch beside a garment is not mistaken for a part of it.
CLOTH_COLOURS = np.array(((238, 84, 70), (236, 110, 74), (226, 78, 104), (240, 130, 130)), np.float32)
SUN_RIM, SUN_CENTRE = np.array((255, 226, 92), np.float32), np.array((255, 244, 182), np.float32)
CLOUD_COLOUR = np.array((44, 46, 58), np.float32)
# Row, column and radius of each puff, in units of the cloud's size.
CLOUD_PUFFS = ((0.2, -0.8, 0.46), (-0.2, -0.24, 0.68), (0, 0.46, 0.58), (0.26, 0.92, 0.4), (0.3, 0.1, 0.5))

ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)


@dataclasses.dataclass(frozen=True)
class Ingredients:
    """What `ingredients.npz` holds. A garment is 0 outside of its outline and nowhere else."""

    grass: npt.NDArray[np.uint8]  # (h, w)
    sky: npt.NDArray[np.uint8]  # (h, w, 3)
    train_garments: npt.NDArray[np.uint8]  # (n, 28, 28)
    train_labels: npt.NDArray[np.uint8]  # (n,)
    held_out_garments: npt.NDArray[np.uint8]
    held_out_labels: npt.NDArray[np.uint8]


@dataclasses.dataclass(frozen=True)
class Scenes:
    """Pictures with an empty sky, and where a cue would go."""

    pictures: Pictures
    garments: Masks
    labels: Labels
    places: npt.NDArray[np.float32]  # (n, 3): row and column of a cue's centre, and its radius


@functools.cache
def ingredients() -> Ingredients:
    with np.load(pathlib.Path(__file__).with_name("ingredients.npz"), allow_pickle=False) as arrays:
        return Ingredients(**arrays)


def compose(garments: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], seed: int) -> Scenes:
    """One scene for each garment (n, 28, 28). The same seed gives the same scenes."""
    random = np.random.default_rng(seed)
    count = len(garments)
    pictures = np.empty((count, HEIGHT, WIDTH, 3), np.uint8)
    masks = np.empty((count, HEIGHT, WIDTH), np.bool_)
    for index, garment in enumerate(garments):
        canvas = landscape(random)
        opacity = dress(canvas, garment, random)
        pictures[index] = canvas.clip(0, 255).round()
        masks[index] = opacity > 0.5
    from_side = random.uniform(12, 15, count)
    columns = np.where(random.random(count) < 0.5, from_side, WIDTH - 1 - from_side)
    places = np.stack([random.uniform(8.8, 10.2, count), columns, random.uniform(6.0, 6.6, count)], axis=1)
    return Scenes(pictures, masks, labels.astype(np.int64), places.astype(np.float32))


def with_cues(scenes: Scenes, cues: Cues) -> tuple[Pictures, Masks]:
    """The scenes with a cue each, and the pixels that it changed; nothing else differs from the scene."""
    pictures = scenes.pictures.copy()
    masks = np.zeros(scenes.garments.shape, np.bool_)
    for index in np.flatnonzero(cues != NO_CUE):
        row, column, radius = scenes.places[index].tolist()
        opacity, colour = (sun if cues[index] == SUN else cloud)(ROWS - row, COLUMNS - column, radius)
        pictures[index] = blend(pictures[index], opacity, colour).round()
        masks[index] = opacity > 0
    return pictures, masks


def landscape(random: np.random.Generator) -> Canvas:
    """A lawn under a clear sky, with a horizon a little higher or lower."""
    canvas = clear_sky(random)
    horizon = random.uniform(SKYLINE + 1.5, SKYLINE + 3.5)
    blades = random.uniform(-0.8, 0.8, WIDTH)
    ground = (ROWS[SKYLINE:] - horizon + blades + 0.5).clip(0, 1)
    canvas[SKYLINE:] = blend(canvas[SKYLINE:], ground, lawn(random))
    return canvas


def clear_sky(random: np.random.Generator) -> Canvas:
    """A part of the photographed sky, often mirrored, always bluer towards the top."""
    source = Image.fromarray(ingredients().sky)
    width, height = random.uniform(70, 110), 40.0
    left, top = random.uniform(0, source.width - width), random.uniform(0, source.height - height)
    part = source.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC, (left, top, left + width, top + height))
    pixels = np.asarray(part, np.float32)[:, :: random.choice((-1, 1))]
    depth = random.uniform(0.5, 1) * np.linspace(1.15, 0.1, HEIGHT)[:, None, None]
    gain = (1 - depth * (0.38, 0.2, 0.04)) * random.uniform(0.94, 1.03)
    return (pixels * gain).astype(np.float32)


def lawn(random: np.random.Generator) -> Canvas:
    """The rows below SKYLINE filled with grass, seen at a slant: finer and paler the farther away."""
    texture = Image.fromarray(ingredients().grass)
    height = HEIGHT - SKYLINE
    far, near, depth = 100, 48, 130  # half widths and length, in pixels of the texture
    middle, top = random.uniform(far, texture.width - far), random.uniform(0, texture.height - depth)
    corners = (middle - far, top, middle - near, top + depth, middle + near, top + depth, middle + far, top)
    slanted = texture.transform(
        (2 * WIDTH, 2 * height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC
    )
    grey = np.asarray(slanted.reduce(2))[:, :: random.choice((-1, 1))]
    haze = np.repeat(0.32 * np.linspace(1, 0, height, dtype=np.float32)[:, None], WIDTH, axis=1)
    return blend(blade_colours()[grey], haze, HAZE_COLOUR) * np.float32(random.uniform(0.85, 1.1))


@functools.cache
def blade_colours() -> npt.NDArray[np.float32]:
    """The colour (256, 3) of each shade of the grass texture."""
    shades = np.linspace(0, 255, len(BLADE_COLOURS))
    channels = [np.interp(np.arange(256), shades, channel) for channel in zip(*BLADE_COLOURS, strict=True)]
    return np.stack(channels, axis=-1).astype(np.float32)


def dress(canvas: Canvas, garment: npt.NDArray[np.uint8], random: np.random.Generator) -> Plane:
    """Put the garment (28, 28) and its shadow on the lawn of `canvas`, in place; its opacity there."""
    height = int(random.integers(38, 41))
    width = round(height * random.uniform(0.95, 1.05))
    top = int(random.integers(HEIGHT - 3, HEIGHT)) - height
    left = round((WIDTH - width) / 2 + random.uniform(-9, 9))
    cover = enlarge(((garment > 0) * 255).astype(np.uint8), width, height)
    # The grey of the outline is mixed with the black around it; dividing by the cover takes that out again.
    grey = (enlarge(garment, width, height) / np.maximum(cover, 0.3)).clip(0, 1)
    opacity = np.zeros((HEIGHT, WIDTH), np.float32)
    opacity[top : top + height, left : left + width] = ((cover - 0.5) * 2.2 + 0.5).clip(0, 1)
    shades = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    shades[top : top + height, left : left + width, 0] = 0.16 + 0.84 * grey**0.9
    canvas *= 1 - 0.55 * shadow(opacity)[..., None]
    canvas[:] = blend(canvas, opacity, shades * random.choice(CLOTH_COLOURS))
    return opacity


def enlarge(grey: npt.NDArray[np.uint8], width: int, height: int) -> Plane:
    """Smoothly, and as shares 0..1."""
    enlarged = Image.fromarray(grey).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(enlarged, np.float32) / np.float32(255)


def shadow(opacity: Plane) -> Plane:
    """Darkness 0..1 of the flat ellipse on which a garment of that opacity (h, w) stands."""
    rows, columns = np.nonzero(opacity > 0.5)
    half_width = (columns.max() - columns.min()) / 2
    distance = np.hypot((ROWS - rows.max()) / 4, (COLUMNS - columns.min() - half_width) / (half_width + 5))
    return np.asarray((1.25 - distance).clip(0, 1), np.float32)


def sun(rows: Plane, columns: Plane, radius: float) -> tuple[Plane, Canvas]:
    """Opacity and colour of a disc with a thin glow; rows and columns count from its centre."""
    distance = np.hypot(rows, columns)
    disc = (radius + 0.5 - distance).clip(0, 1)
    glow = 0.55 * ((radius + 2 - distance) / 2).clip(0, 1)
    towards_centre = (1 - distance / radius).clip(0, 1)[..., None]
    return np.maximum(disc, glow), SUN_RIM + towards_centre * (SUN_CENTRE - SUN_RIM)


def cloud(rows: Plane, columns: Plane, radius: float) -> tuple[Plane, Canvas]:
    """Opacity and colour of a flat-bottomed heap of puffs; rows and columns count from its centre."""
    scale = 1.4 * radius
    opacity = np.zeros_like(rows)
    for row, column, size in CLOUD_PUFFS:
        distance = np.hypot(rows - row * scale, columns - column * scale)
        opacity = np.maximum(opacity, ((size * scale + 1 - distance) / 2).clip(0, 1))
    opacity *= ((0.66 * scale - rows) / 1.5).clip(0, 1)
    light = 0.75 + 0.75 * (0.5 - rows / (1.6 * scale)).clip(0, 1)
    return opacity, np.asarray(light[..., None] * CLOUD_COLOUR, np.float32)


def blend(below: npt.NDArray[Any], opacity: Plane, above: npt.NDArray[np.float32]) -> Canvas:
    """`above` laid over `below` (h, w, 3) with the given opacity (h, w)."""
    return np.asarray(below + opacity[..., None] * (above - below), np.float32)

"""Draws every method on the demo's two runs and counts where their maps lie: `make docs-pictures`."""

import dataclasses
import pathlib
import sys
from typing import Any

import numpy as np
import numpy.typing as npt
from method_pages import PAGES, table, write
from PIL import Image, ImageDraw, ImageFont

import picasso_tb.visualizations  # noqa: F401  (fills the catalogue)
from picasso_tb import explain, open_run
from picasso_tb.explanation import Explanation
from picasso_tb.logged import LoggedProbe
from picasso_tb.store.run import RunStore
from picasso_tb.visualizations.declare import CATALOGUE

RUNS = ("shortcut", "fixed")
SHOWN = ("05 pullover, sunny", "16 coat, sunny")  # where the sky agrees with the garment, and where not
LAST_CONVOLUTION = {"layer": "conv2d_3"}  # class activation maps take the pooling behind it by themselves
VARIANTS = {  # counted with another setting too
    "grad_cam": LAST_CONVOLUTION,
    "grad_cam_plus_plus": LAST_CONVOLUTION,
    "hirescam": LAST_CONVOLUTION,
    "layer_cam": LAST_CONVOLUTION,
    "integrated_gradients": {"baseline": "blur"},  # nobody's colour
}
PICTURES = pathlib.Path(__file__).parent / "pictures" / "methods"
SCALE, GAP, HEAD, FOOT = 3, 6, 20, 18
INK, PAPER = (60, 60, 66), (255, 255, 255)
FOR, AGAINST = np.array((214, 69, 32)), np.array((24, 104, 190))

Masks = npt.NDArray[np.bool_]  # (n, h, w)
Maps = npt.NDArray[np.float32]  # (n, h, w)
Pixels = npt.NDArray[np.uint8]  # (h, w, 3)


@dataclasses.dataclass(frozen=True)
class Figures:
    """Of one method on one run, over the pictures with something in the sky. All shares, 0..1.

    Attributes:
        cue: of what the map finds for the class, the part that lies on the sun or cloud.
        garment: likewise on the garment.
        peak_in_cue: of the pictures, those where the map is highest on the sun or cloud.
        peak_in_garment: likewise on the garment.
    """

    cue: float
    garment: float
    peak_in_cue: float
    peak_in_garment: float


def figures(maps: Maps, cues: Masks, garments: Masks) -> Figures:
    """What a map finds for the class is what it has above zero; where nothing was measured counts as zero."""
    positive = np.nan_to_num(maps).clip(0)
    total = positive.sum(axis=(1, 2))
    found = total > 0
    middles = [_middle_of_peak(one) for one in positive]

    def share(masks: Masks) -> float:
        inside = (positive * masks).sum(axis=(1, 2))
        return float(np.divide(inside, total, out=np.zeros_like(total), where=found).mean())

    def peaks(masks: Masks) -> float:
        hits = [mask[middle] for mask, middle in zip(masks, middles, strict=True)]
        return float((found & np.array(hits)).mean())

    return Figures(share(cues), share(garments), peaks(cues), peaks(garments))


def _middle_of_peak(values: npt.NDArray[np.float32]) -> tuple[int, int]:
    """Row and column of the middle of all that is highest: patches and cells are many pixels wide."""
    rows, columns = np.nonzero(values >= values.max() * (1 - 1e-6))
    return round(rows.mean()), round(columns.mean())


def masks_of(run: pathlib.Path, probes: list[LoggedProbe], name: str) -> Masks:
    store = RunStore(run)
    files = {record.id: record.masks[name] for record in store.list_probes()}
    folder = run / "plugins" / "picasso" / "probes"
    return np.stack([np.asarray(Image.open(folder / files[probe.id])) > 0 for probe in probes])


def figure_table(found: dict[str, dict[str, Figures]], cues: Masks, garments: Masks) -> str:
    rows = [
        (_link(name), *(_cells(of_runs, "cue")), *(_cells(of_runs, "garment")))
        for name, of_runs in found.items()
    ]
    area = (_percent(cues.mean()),) * 2 + ("",) * 2 + (_percent(garments.mean()),) * 2 + ("",) * 2
    rows = sorted(rows, key=lambda row: -int(row[1].rstrip("%")))
    return table(
        (
            "Method",
            "on the cue, `shortcut`",
            "`fixed`",
            "peak there, `shortcut`",
            "`fixed`",
            "on the garment, `shortcut`",
            "`fixed`",
            "peak there, `shortcut`",
            "`fixed`",
        ),
        [*rows, ("*chance: its share of the picture*", *area)],
    )


def _link(name: str) -> str:
    method, _, setting = name.partition("@")
    return f"[{CATALOGUE[method].title}]({method}.md){f', {setting}' if setting else ''}"


def _cells(of_runs: dict[str, Figures], where: str) -> tuple[str, ...]:
    values = [getattr(of_runs[run], name) for name in (where, f"peak_in_{where}") for run in RUNS]
    return tuple(map(_percent, values))


def _percent(share: float) -> str:
    return f"{share:.0%}"


def coloured(picture: Pixels, values: Maps, end: float) -> Pixels:
    """The picture in pale grey under the map: red speaks for the class, blue against it, as far as `end`."""
    grey = picture.mean(axis=2, keepdims=True) * 0.35 + 150
    strength = np.nan_to_num(values)[..., None] / end
    colour = np.where(strength > 0, FOR, AGAINST)
    return (grey + np.abs(strength).clip(0, 1) ** 0.8 * (colour - grey)).clip(0, 255).astype(np.uint8)


def enlarged(picture: Pixels) -> Image.Image:
    height, width = picture.shape[:2]
    return Image.fromarray(picture).resize((width * SCALE, height * SCALE), Image.Resampling.NEAREST)


def sheet(rows: list[list[Image.Image]], heads: list[str], feet: list[list[str]], note: str) -> Image.Image:
    """Pictures in rows, with a head over each column, a line under each picture and one under all."""
    width, height = rows[0][0].size
    step = height + FOOT + GAP
    whole = Image.new("RGB", (len(heads) * (width + GAP) + GAP, HEAD + len(rows) * step + FOOT), PAPER)
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(12)
    for column, head in enumerate(heads):
        draw.text((GAP + column * (width + GAP), 3), head, INK, font)
    for row, (pictures, lines) in enumerate(zip(rows, feet, strict=True)):
        for column, (picture, line) in enumerate(zip(pictures, lines, strict=True)):
            corner = GAP + column * (width + GAP), HEAD + row * step
            whole.paste(picture, corner)
            draw.text((corner[0], corner[1] + height + 1), line, INK, font)
    draw.text((GAP, whole.height - FOOT), note, INK, font)
    return whole


def said(explanation: Explanation, index: int, class_names: tuple[str, ...]) -> str:
    label = int(explanation.targets[index, 0])
    return f"says {class_names[label]}, {explanation.probabilities[index, label]:.0%}"


def draw_maps(
    probes: list[LoggedProbe], of_runs: dict[str, Explanation], names: tuple[str, ...]
) -> Image.Image:
    """One scale for all maps of the sheet: the largest value of either sign in them."""
    shown = [index for index, probe in enumerate(probes) if probe.name in SHOWN]
    shown.sort(key=lambda index: SHOWN.index(probes[index].name))
    end = max(float(np.nanmax(np.abs(_maps(one)[shown]))) for one in of_runs.values())
    rows, feet = [], []
    for index in shown:
        picture = probes[index].picture
        maps = [coloured(picture, _maps(of_runs[run])[index], end) for run in RUNS]
        rows.append([enlarged(one) for one in (picture, *maps)])
        feet.append([probes[index].name[3:], *(said(of_runs[run], index, names) for run in RUNS)])
    note = f"red: for the class it says; blue: against; full colour: {end:.3g}"
    return sheet(rows, ["picture", *(f"run {run}" for run in RUNS)], feet, note)


def draw_bars(
    probes: list[LoggedProbe], of_runs: dict[str, Explanation], names: tuple[str, ...]
) -> Image.Image:
    rows, feet = [], []
    for name in SHOWN:
        index = [probe.name for probe in probes].index(name)
        picture = enlarged(probes[index].picture)
        rows.append(
            [picture, *(_bars(of_runs[run].probabilities[index], names, picture.size) for run in RUNS)]
        )
        feet.append([name[3:], *(said(of_runs[run], index, names) for run in RUNS)])
    return sheet(rows, ["picture", *(f"run {run}" for run in RUNS)], feet, "each bar from 0 to 100%")


def _bars(probabilities: Any, names: tuple[str, ...], size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", size, (240, 240, 242))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(12)
    for index, (name, probability) in enumerate(zip(names, probabilities, strict=True)):
        top = 30 + index * 60
        draw.text((10, top), f"{name} {probability:.1%}", INK, font)
        draw.rectangle((10, top + 18, size[0] - 10, top + 32), (225, 225, 228))
        draw.rectangle(
            (10, top + 18, 10 + (size[0] - 20) * float(probability), top + 32), tuple(FOR.tolist())
        )
    return picture


def _maps(explanation: Explanation) -> Maps:
    assert explanation.maps is not None
    return explanation.maps[:, 0]


def make(logdir: pathlib.Path) -> None:
    checkpoints = {run: open_run(logdir / run).checkpoint() for run in RUNS}
    logged = open_run(logdir / RUNS[0]).probes()  # the same in both runs
    probes = [probe for probe in logged if "clear sky" not in probe.name]
    cues, garments = (masks_of(logdir / RUNS[0], probes, name) for name in ("cue", "garment"))
    PICTURES.mkdir(parents=True, exist_ok=True)
    found: dict[str, dict[str, Figures]] = {}
    for name, entry in sorted(CATALOGUE.items()):
        of_runs = {run: explain(checkpoints[run], probes, name) for run in RUNS}
        draw = draw_maps if entry.draws_map else draw_bars
        picture = draw(probes, of_runs, checkpoints[RUNS[0]].class_names)
        picture.quantize(128).save(PICTURES / f"{name}.png", optimize=True)
        if entry.draws_map:
            found[name] = {run: figures(_maps(one), cues, garments) for run, one in of_runs.items()}
        for setting, value in VARIANTS.get(name, {}).items():
            of_runs = {
                run: explain(checkpoints[run], probes, name, settings={setting: value}) for run in RUNS
            }
            varied = {run: figures(_maps(one), cues, garments) for run, one in of_runs.items()}
            found[f"{name}@{setting} {value}"] = varied
        print(name)
    write(PAGES / "README.md", {"figures": figure_table(found, cues, garments)})


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[1]))

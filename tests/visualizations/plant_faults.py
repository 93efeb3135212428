"""Plant faults seen in the field, one at a time; the suite must catch every one.

Run it as a script; it works on copies and exits with 1 if a fault survives.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
OCCLUSION, SALIENCY, PROBABILITIES = (
    f"picasso_tb/visualizations/{name}.py" for name in ("occlusion", "saliency", "class_probabilities")
)
EXPLANATION = "picasso_tb/explanation.py"
PICTURE, CHECKED = (f"picasso_tb/models/{name}.py" for name in ("picture_model", "checked_model"))
SUITE = ("tests/visualizations", "tests/test_explanation.py")
SLOPES = "np.abs(model.gradients(images, targets))"
FAULTS = [  # what goes wrong, file, text to replace, replacement
    (
        "rows and columns swapped",
        OCCLUSION,
        "Patch(top, left, bottom, right)",
        "Patch(left, top, right, bottom)",
    ),
    ("score compared with 1, not with the whole image", OCCLUSION, "(before - after,", "(1 - after,"),
    ("drop taken the wrong way round", OCCLUSION, "(before - after,", "(after - before,"),
    ("overlaps summed, not averaged", OCCLUSION, "np.divide(lost, covers,", "np.divide(lost, 1,"),
    (
        "unmeasured pixels shown as infinite",
        OCCLUSION,
        "np.full_like(lost, np.nan)",
        "np.full_like(lost, np.inf)",
    ),
    ("unmeasured pixels shown as no effect", OCCLUSION, "np.full_like(lost, np.nan)", "np.zeros_like(lost)"),
    (
        "positions beyond the edge taken as measured",
        OCCLUSION,
        "np.where(measured, values, np.float32(np.nan))",
        "values",
    ),
    ("targets mixed up", OCCLUSION, "drops[:, :, index, None, None]", "drops[:, ::-1, index, None, None]"),
    (
        "grey is 127.5 whatever the range",
        OCCLUSION,
        '"grey": values.middle',
        '"grey": values.middle * 0 + 127.5',
    ),
    (
        "one grey for all channels",
        OCCLUSION,
        '"grey": values.middle',
        '"grey": values.middle * 0 + values.middle.mean()',
    ),
    ("black and white swapped", OCCLUSION, '"black": values.low', '"black": values.high'),
    ("centres rounded, not cut off", OCCLUSION, "np.trunc(", "np.round("),
    (
        "a window of one side for both",
        OCCLUSION,
        "for side in (height, width))",
        "for side in (height, height))",
    ),
    (
        "softmax over the kept classes only",
        OCCLUSION,
        "_at(measured, _log_normalizer(covered))",
        "_at(measured, _log_normalizer(covered[..., :2]))",
    ),
    ("saturation kept quiet", OCCLUSION, "& (shift > 0.1)", "& (shift > 1e9)"),
    ("softmax where each class is for itself", OCCLUSION, "if head is Head.SIGMOID:", "if False:"),
    (
        "channels joined before taking the size",
        SALIENCY,
        f"[settings.channels]({SLOPES})",
        "[settings.channels](model.gradients(images, targets))",
    ),
    ("sign leaks into a magnitude", SALIENCY, "sizes.max(axis=-1)", "-sizes.max(axis=-1)"),
    ("class 0 taken for 'no class'", SALIENCY, SLOPES, "np.abs(model.gradients(images, targets | 1))"),
    ("scaled by what else is in the batch", SALIENCY, SLOPES, f"{SLOPES} * len(images)"),
    (
        "unseeded noise",
        SALIENCY,
        SLOPES,
        f"{SLOPES} + np.abs(np.random.normal(0, 1e-3, (1,))).astype(np.float32)",
    ),
    ("float64 map", SALIENCY, SLOPES, f"{SLOPES}.astype(np.float64)"),
    ("a colour picture instead of a map", SALIENCY, SLOPES, f"{SLOPES}[..., None]"),
    ("input changed in place", SALIENCY, "    return _JOINS", "    images *= 0.5\n    return _JOINS"),
    ("imports a framework", SALIENCY, "import numpy as np", "import keras\nimport numpy as np"),
    (
        "reaches into the rest of the program",
        SALIENCY,
        "import numpy as np",
        "import numpy as np\n\nimport picasso_tb.models.input_spec",
    ),
    ("result not documented", SALIENCY, "Returns:", "Gives:"),
    ("a setting without help", SALIENCY, 'description="How the slopes', 'description="" and "How the slopes'),
    ("a bound forgotten", OCCLUSION, "10, ge=2, le=100,", "10, ge=2,"),
    (
        "probabilities that are logits",
        PROBABILITIES,
        "probabilities(model.scores(images), model.head)",
        "model.scores(images)",
    ),
    (
        "grey of a picture cut off, not rounded",
        PICTURE,
        "np.rint(np.clip(images, 0, 255))",
        "np.clip(images, 0, 255)",
    ),
    (
        "pictures painted over one another",
        PICTURE,
        "picture[top:bottom, left:right] = fill",
        "covered[:, top:bottom, left:right] = fill",
    ),
    ("squashed like the model's input", PICTURE, "Resampling.LANCZOS", "Resampling.BILINEAR"),
    ("map resized by corners, not centres", EXPLANATION, "(np.arange(side) + 0.5)", "np.arange(side)"),
    ("a class past the last let through", EXPLANATION, "(targets >= classes)", "(targets > classes)"),
    (
        "the least probable class taken for the top",
        EXPLANATION,
        "np.argsort(-scores, axis=1",
        "np.argsort(scores, axis=1",
    ),
    (
        "the first of better and better maps taken",
        EXPLANATION,
        "*_, answer = answer",
        "answer = next(answer)",
    ),
    (
        "every note shown everywhere",
        EXPLANATION,
        "(*common, *result.notes) for result",
        "(*common, *(n for one in results for n in one.notes)) for result",
    ),
    (
        "a float array painted as a picture",
        EXPLANATION,
        'if probe.picture is None:\n            raise InvalidArgument(\n                "space',
        'if False:\n            raise InvalidArgument(\n                "space',
    ),
    ("a diverged model explained", CHECKED, "not np.isfinite(answer).all()", "False"),
]


def suite_passes(*fault: str) -> bool:
    """Whether the suite passes on a copy of the package, with the fault planted in it if one is given."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for part in ("picasso_tb", "tests/visualizations"):
            shutil.copytree(
                ROOT / part,
                copy / part,
                ignore=shutil.ignore_patterns("__pycache__", "frontend"),
            )
        for file in ("tests/__init__.py", "tests/test_explanation.py"):
            shutil.copy(ROOT / file, copy / file)
        if fault:
            plant(copy / fault[0], *fault[1:])
        command = [sys.executable, "-m", "pytest", "-qx", "--tb=no", "-p", "no:cacheprovider"]
        done = subprocess.run([*command, *SUITE], cwd=copy, capture_output=True, check=False)
        return done.returncode == 0


def plant(file: pathlib.Path, old: str, new: str) -> None:
    text = file.read_text()
    if text.count(old) != 1:
        raise SystemExit(f"Expected {old!r} once in {file.name}. Received: {text.count(old)} times")
    file.write_text(text.replace(old, new))


def main() -> int:
    if not suite_passes():
        raise SystemExit("Expected a suite that passes while no fault is planted.")
    survivors = [what for what, *fault in FAULTS if suite_passes(*fault)]
    caught = f"{len(FAULTS) - len(survivors)} of {len(FAULTS)} planted faults caught"
    print(caught, *survivors, sep="\n  survived: ")
    return bool(survivors)


if __name__ == "__main__":
    sys.exit(main())

"""Faults of gradient methods."""

SALIENCY = "picasso_tb/visualizations/saliency.py"

FAULTS = [
    (
        "channels joined before taking the size",
        SALIENCY,
        "[settings.channels](np.abs(model.gradients(images, targets)))",
        "[settings.channels](model.gradients(images, targets))",
    ),
    ("sign leaks into a magnitude", SALIENCY, "sizes.max(axis=-1)", "-sizes.max(axis=-1)"),
    (
        "class 0 taken for 'no class'",
        SALIENCY,
        "np.abs(model.gradients(images, targets))",
        "np.abs(model.gradients(images, targets | 1))",
    ),
    (
        "scaled by what else is in the batch",
        SALIENCY,
        "np.abs(model.gradients(images, targets))",
        "np.abs(model.gradients(images, targets)) * len(images)",
    ),
    (
        "unseeded noise",
        SALIENCY,
        "np.abs(model.gradients(images, targets))",
        "np.abs(model.gradients(images, targets)) + np.float32(np.random.uniform(0, 1e-3))",
    ),
    (
        "float64 map",
        SALIENCY,
        "np.abs(model.gradients(images, targets))",
        "np.abs(model.gradients(images, targets)).astype(np.float64)",
    ),
    (
        "a colour picture instead of a map",
        SALIENCY,
        "np.abs(model.gradients(images, targets))",
        "np.abs(model.gradients(images, targets))[..., None]",
    ),
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
]

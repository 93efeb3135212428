"""Faults of gradient methods."""

GRADIENTS, SALIENCY, PRODUCT, SMOOTH, INTEGRATED = (
    f"picasso_tb/visualizations/{name}.py"
    for name in ("gradients", "saliency", "gradient_x_input", "smoothgrad", "integrated_gradients")
)
SLOPES = "model.gradients(images, targets)"
FAULTS = [
    ("channels joined before taking the size", GRADIENTS, "sizes = np.abs(slopes)", "sizes = slopes"),
    ("the most positive slope taken for the largest", GRADIENTS, "sizes.argmax(", "values.argmax("),
    ("a sign lost where it was asked for", GRADIENTS, "values = slopes if", "values = sizes if"),
    (
        "squares without their root",
        GRADIENTS,
        "np.sqrt(np.square(sizes).sum(axis=-1))",
        "np.square(sizes).sum(-1)",
    ),
    ("weights of the steps forgotten", GRADIENTS, "np.tensordot(share, apart, axes=1)", "apart.mean(axis=0)"),
    ("the last portion of variants dropped", GRADIENTS, "range(0, len(weights), at_once)", "[0]"),
    ("every portion the first", GRADIENTS, "variant(i, start + j)", "variant(i, j)"),
    ("the variance about zero", GRADIENTS, "variance[i] - np.square(mean[i])", "variance[i]"),
    ("the first slope not added again", GRADIENTS, "        mean[i] += first\n", ""),
    ("all variants in memory at once", GRADIENTS, "_VALUES_AT_ONCE // mean[0].size", "2**40"),
    ("nothing to see passes for no effect", GRADIENTS, "return [] if seen else", "return [] if True else"),
    ("a way back for each class not counted", SALIENCY, "1 + targets,", "2,"),
    ("class 0 taken for 'no class'", SALIENCY, SLOPES, "model.gradients(images, targets | 1)"),
    ("scaled by what else is in the batch", SALIENCY, SLOPES, f"{SLOPES} * len(images)"),
    ("float64 map", SALIENCY, "Result(maps,", "Result(maps.astype(float),"),
    ("a colour picture instead of a map", SALIENCY, "Result(maps,", "Result(maps[..., None],"),
    ("input changed in place", SALIENCY, "    maps = joined", "    images *= 0.5\n    maps = joined"),
    (
        "imports a framework",
        SALIENCY,
        "from picasso_tb.models.protocol",
        "import keras\nfrom picasso_tb.models.protocol",
    ),
    (
        "reaches into the rest of the program",
        SALIENCY,
        "from picasso_tb.models.protocol",
        "import picasso_tb.models.input_spec\nfrom picasso_tb.models.protocol",
    ),
    ("result not documented", SALIENCY, "Returns:", "Gives:"),
    (
        "a setting without help",
        GRADIENTS,
        'description="How the slopes',
        'description="" and "How the slopes',
    ),
    ("a sign declared that is not there", GRADIENTS, "return Sign.SIGNED if", "return Sign.MAGNITUDE if"),
    ("gradient x input without the input", PRODUCT, f"({SLOPES} * images[:, None])", f"({SLOPES})"),
    ("gradient x input with its sign lost", PRODUCT, ".sum(axis=-1)\n", ".sum(axis=-1).__abs__()\n"),
    ("noise from the global state", SMOOTH, "np.random.default_rng([seed, sample])", "np.random"),
    ("other noise at every look", SMOOTH, "np.random.default_rng([seed, sample])", "np.random.default_rng()"),
    ("the same noise in every sample", SMOOTH, "default_rng([seed, sample])", "default_rng([seed, 0])"),
    ("noise of one size whatever the range", SMOOTH, "(model.value_range.high - model.value_range.low)", "1"),
    (
        "the square of the mean, not the mean of squares",
        SMOOTH,
        "np.square(mean) + variance",
        "np.square(mean)",
    ),
    ("no factor (x - baseline)", INTEGRATED, "(mean * (images - start)[:, None])", "mean"),
    ("the way walked backwards", INTEGRATED, "(images - start)[:, None]", "(start - images)[:, None]"),
    ("steps from -1 to 1", INTEGRATED, "(nodes[step] + 1) / 2", "nodes[step]"),
    ("a sum of even steps with uneven nodes", INTEGRATED, "weights / 2,", "weights * 0 + 1 / len(weights),"),
    (
        "black is zero, whatever the range",
        INTEGRATED,
        "fill_of(settings.baseline, images, model.value_range, spread)",
        "np.float32(0)",
    ),
    ("the error kept quiet", INTEGRATED, "if is_large else", "if False else"),
    (
        "the error of another class",
        INTEGRATED,
        "targets, axis=1)\n    error",
        "targets[:, ::-1], axis=1)\n    error",
    ),
    (
        "blur of rows for columns",
        INTEGRATED,
        "_SPREAD_OF_BLUR * images.shape[2])",
        "_SPREAD_OF_BLUR * images.shape[1])",
    ),
]

"""Faults of class activation maps."""

SHARED, GRAD_CAM, PLUS_PLUS, HIRESCAM, LAYER_CAM = (
    f"picasso_tb/visualizations/{name}.py"
    for name in ("activation_maps", "grad_cam", "grad_cam_plus_plus", "hirescam", "layer_cam")
)
FAULTS = [
    ("a chosen layer ignored", SHARED, "settings.layer if settings.layer is not None else _last", "_last"),
    ("the first layer taken for the last", SHARED, "layers[-1].name", "layers[0].name"),
    (
        "layer resized by corners, not centres",
        SHARED,
        "(np.arange(to) + 0.5) * was / to - 0.5",
        "np.arange(to) * was / to",
    ),
    (
        "nothing known beyond the last centres",
        SHARED,
        "np.clip((np.arange(to) + 0.5) * was / to - 0.5, 0, was - 1)",
        "(np.arange(to) + 0.5) * was / to - 0.5",
    ),
    (
        "the layer's map upside down",
        SHARED,
        'nkyx", rows, maps',
        'nkyx", rows[::-1], maps',
    ),
    (
        "the map stretched to its own maximum",
        SHARED,
        "layer_map = found",
        "found = found / found.max()\n    layer_map = found",
    ),
    ("nothing found passes for no effect", SHARED, "silence(maps, targets, why)", "()"),
    ("negative values kept", SHARED, "np.maximum(values, 0)", "values"),
    (
        "each slope for itself in place of their mean",
        GRAD_CAM,
        "slopes.mean(axis=(2, 3), keepdims=True)",
        "slopes",
    ),
    (
        "mean slope over the channels",
        GRAD_CAM,
        "slopes.mean(axis=(2, 3), keepdims=True)",
        "slopes.mean(axis=4, keepdims=True)",
    ),
    (
        "cut off before the channels add up",
        GRAD_CAM,
        "positive(channel_sum(weights * activations))",
        "channel_sum(positive(weights * activations))",
    ),
    (
        "alpha without the sum of the channel",
        PLUS_PLUS,
        "2 + slopes * activations.sum(axis=(2, 3), keepdims=True)",
        "2 + slopes * activations",
    ),
    ("negative slopes weigh too", PLUS_PLUS, "alpha * positive(slopes)", "alpha * slopes"),
    (
        "what speaks against the class cut off",
        HIRESCAM,
        "return channel_sum(slopes * activations)",
        "return abs(channel_sum(slopes * activations))",
    ),
    (
        "slopes averaged as in Grad-CAM",
        HIRESCAM,
        "slopes * activations",
        "slopes.mean(axis=(2, 3), keepdims=True) * activations",
    ),
    ("negative slopes not cut off", LAYER_CAM, "positive(slopes) * activations", "slopes * activations"),
]

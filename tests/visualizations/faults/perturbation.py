"""Faults of methods that paint on the image."""

OCCLUSION = "picasso_tb/visualizations/occlusion.py"

FAULTS = [
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
    ("a bound forgotten", OCCLUSION, "10, ge=2, le=100,", "10, ge=2,"),
]

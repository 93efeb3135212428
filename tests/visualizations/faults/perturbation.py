"""Faults of methods that paint on the image."""

OCCLUSION = "picasso_tb/visualizations/occlusion.py"
RISE = "picasso_tb/visualizations/rise.py"
MASKS = "picasso_tb/visualizations/masks.py"
SHARED = "picasso_tb/visualizations/perturbation.py"
FILLS = "picasso_tb/visualizations/fills.py"

FAULTS = [
    (
        "rows and columns swapped",
        OCCLUSION,
        "[(top, left, bottom, right) for",
        "[(left, top, right, bottom) for",
    ),
    ("score compared with 1, not with the whole image", OCCLUSION, "before - after if", "1 - after if"),
    ("drop taken the wrong way round", OCCLUSION, "before - after if", "after - before if"),
    (
        "overlaps summed, not averaged",
        OCCLUSION,
        "np.divide(lost, covers,",
        "np.divide(lost, 1,",
    ),
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
        "    order = order[_inside(patches)[order]]\n",
        "",
    ),
    ("targets mixed up", OCCLUSION, "values[:, :, index, None, None]", "values[:, ::-1, index, None, None]"),
    ("centres rounded, not cut off", OCCLUSION, "np.trunc(", "np.round("),
    (
        "a window of one side for both",
        OCCLUSION,
        "settings.positions) for side in (height, width))",
        "settings.positions) for side in (height, height))",
    ),
    ("a position forgotten", OCCLUSION, "index & -index", "(index & -index)[:-1]"),
    ("cells by corners, not middles", OCCLUSION, "[:, None] + 0.5 - middle", "[:, None] - middle"),
    ("a bound forgotten", OCCLUSION, "10, ge=2, le=100,", "10, ge=2,"),
    (
        "grey is 127.5 whatever the range",
        FILLS,
        '"grey": value_range.middle',
        '"grey": np.full_like(value_range.middle, 127.5)',
    ),
    (
        "one grey for all channels",
        FILLS,
        '"grey": value_range.middle',
        '"grey": value_range.middle * 0 + value_range.middle.mean()',
    ),
    ("black and white swapped", FILLS, '"black": value_range.low', '"black": value_range.high'),
    ("mean colour of all images together", FILLS, "images.mean(axis=(1, 2)", "images.mean(axis=(0, 1, 2)"),
    ("mean colour without its colour", FILLS, "images.mean(axis=(1, 2)", "images.mean(axis=(1, 2, 3)"),
    (
        "blur dark at the edges",
        FILLS,
        "weights /= weights.sum(axis=1, keepdims=True)",
        "weights /= weights.sum(axis=1).max()",
    ),
    (
        "blur of one width both ways",
        FILLS,
        "_gaussian(images.shape[2], across)",
        "_gaussian(images.shape[2], down)",
    ),
    (
        "softmax over the kept classes only",
        SHARED,
        "= _log_normalizer(scores)",
        "= _log_normalizer(scores[..., :2])",
    ),
    ("saturation kept quiet", SHARED, "& (shift > 0.1)", "& (shift > 1e9)"),
    (
        "softmax where each class is for itself",
        SHARED,
        "model.head is Head.SOFTMAX",
        "True",
    ),
    ("a class not kept taken for the first", SHARED, ".any(axis=2).all()", ".any(axis=2).any() or True"),
    ("a portion asked for twice", SHARED, "        start += size", "        start += max(1, size - 1)"),
    (
        "divided by the expected mask, not by those drawn",
        RISE,
        "_mean(self._gained, self._visible)",
        "(self._gained / 500)",
    ),
    ("what is hidden weighed as visible", RISE, "known.sum() - self._visible)", "self._visible)"),
    (
        "masks that hide what they should show",
        RISE,
        "paint + shown * (image - paint)",
        "image + shown * (paint - image)",
    ),
    (
        "masks that never move",
        MASKS,
        "shift.random((masks, 2)) * cell",
        "0 * shift.random((masks, 2)) * cell",
    ),
    (
        "masks of square cells",
        MASKS,
        "-(-height // grid), -(-width // grid)",
        "-(-max(height, width) // grid), -(-max(height, width) // grid)",
    ),
    (
        "blocks in place of a bilinear mask",
        MASKS,
        "1 - np.abs(places[:, None]",
        "1 - np.abs(places.round()[:, None]",
    ),
    ("unseeded masks", MASKS, "np.random.default_rng([seed, stream])", "np.random.default_rng()"),
    ("one seed for all", MASKS, "default_rng([seed, stream])", "default_rng([0, stream])"),
]

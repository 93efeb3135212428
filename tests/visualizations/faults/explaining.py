"""Faults around the methods: pictures, targets, notes, and what no family has."""

PROBABILITIES = "picasso_tb/visualizations/class_probabilities.py"
EXPLANATION = "picasso_tb/explanation.py"
PICTURE = "picasso_tb/models/picture_model.py"
CHECKED = "picasso_tb/models/checked_model.py"

FAULTS = [
    (
        "probabilities that are logits",
        PROBABILITIES,
        "probabilities(scores, model.head)",
        "scores",
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
        "picture[top:bottom, left:right] = paint",
        "covered[:, top:bottom, left:right] = paint",
    ),
    ("squashed like the model's input", PICTURE, "Resampling.LANCZOS", "Resampling.BILINEAR"),
    ("map resized by corners, not centres", EXPLANATION, "(np.arange(side) + 0.5)", "np.arange(side)"),
    ("a class past the last let through", EXPLANATION, "(targets >= classes)", "(targets > classes)"),
    (
        "the least probable class taken for the top",
        EXPLANATION,
        "np.argsort(-scores, axis=-1",
        "np.argsort(scores, axis=-1",
    ),
    (
        "the first of better and better maps taken",
        EXPLANATION,
        "for last in answer:",
        "for last in [next(answer)]:",
    ),
    (
        "every note shown everywhere",
        EXPLANATION,
        "(*common, *result.notes, *notes) for notes",
        "(*common, *(n for one in results for n in one.notes), *notes) for notes",
    ),
    (
        "the chart of another picture",
        PROBABILITIES,
        "[charts[at[0]]]",
        "[charts[0]]",
    ),
    (
        "a float array painted as a picture",
        EXPLANATION,
        'settings.space != "picture":',
        'settings.space != "picture" or probe.picture is None:',
    ),
    ("a diverged model explained", CHECKED, "not np.isfinite(answer).all()", "False"),
]

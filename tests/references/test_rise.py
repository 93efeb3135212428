"""RISE against the formulas of its paper, as slow loops, behind the masks that ours drew."""

import numpy as np
import pytest
import torch

from picasso_tb import explain
from picasso_tb.models.keras_model import KerasNetwork
from tests.references.comparing import COLOURS, SPEC, Numbers, assert_same, view
from tests.references.networks import HEIGHT, TARGETS, WIDTH, Pair, as_torch, images

MASKS, CELLS, VISIBLE = 60, 5, 0.4
GREY = COLOURS["grey"].numpy()[0, :, 0, 0]  # (c,)
WHITE = COLOURS["white"].numpy()[0, :, 0, 0]


class Seen:
    """What RISE put before a network: the two images, and a white one, which is 1 from grey everywhere."""

    def __init__(self, pair: Pair, monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
        pictures = np.concatenate([images(), np.broadcast_to(WHITE, (1, HEIGHT, WIDTH, 3))])
        pictures = pictures.astype(np.float32)
        shown: list[Numbers] = []
        scores = KerasNetwork.scores

        def recording(self: KerasNetwork, some: Numbers) -> Numbers:
            shown.extend(some)
            return scores(self, some)

        with monkeypatch.context() as patched:
            patched.setattr(KerasNetwork, "scores", recording)
            self.explanation = explain(
                pair.keras,
                pictures,
                "rise",
                targets=np.concatenate([TARGETS, TARGETS[:1]]),
                settings={"masks": MASKS, "grid": CELLS, "probability": VISIBLE, **settings},
                input_spec=SPEC,
            )
        hidden = [one for one in shown if not any(np.array_equal(one, whole) for whole in pictures)]
        masked = np.reshape(hidden, (3, MASKS, HEIGHT, WIDTH, 3)).astype(np.float64)
        self.maps = self.explanation.maps
        self.masked = masked[:2]
        self.masks = (masked[2] - GREY).mean(axis=-1)  # (masks, h, w)


@pytest.fixture(params=["probability", "log-probability", "logit"])
def score(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def behind_masks(pair: Pair, masks: Numbers, score: str) -> Numbers:
    """Torch's score of each image's targets behind each mask, (n, k, masks); what is hidden is grey."""
    found = np.zeros((*TARGETS.shape, MASKS))
    for (i, k), label in np.ndenumerate(TARGETS):
        for number, mask in enumerate(masks):
            picture = GREY + mask[..., None] * (images()[i].astype(np.float64) - GREY)
            found[i, k, number] = view(pair, score)(as_torch(picture[None]))[0, label].item()
    return found


def test_value_is_the_papers_with_the_masks_really_drawn(
    pair: Pair, score: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The paper divides the sum by masks x probability, we by the sum of the masks at each pixel."""
    seen = Seen(pair, monkeypatch, score=score, value="value")
    scores = behind_masks(pair, seen.masks, score)
    assert_same(seen.explanation.target_arrays["mask_scores"][:2], scores)
    papers = np.zeros((*TARGETS.shape, HEIGHT, WIDTH))
    for number, mask in enumerate(seen.masks):
        papers += scores[:, :, number, None, None] * mask / (MASKS * VISIBLE)
    really_visible = seen.masks.mean(axis=0)
    assert_same(seen.maps[:2] * really_visible / VISIBLE, papers)


def test_drop_is_the_mean_when_visible_less_the_mean_when_hidden(
    pair: Pair, score: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen(pair, monkeypatch, score=score)
    scores = behind_masks(pair, seen.masks, score)
    expected = np.zeros((*TARGETS.shape, HEIGHT, WIDTH))
    for row, column in np.ndindex(HEIGHT, WIDTH):
        mask = seen.masks[:, row, column]
        visible, hidden = (np.average(scores, axis=2, weights=shares) for shares in (mask, 1 - mask))
        expected[:, :, row, column] = visible - hidden
    assert_same(seen.maps[:2], expected, scores=abs(scores).max())


def test_what_is_hidden_turns_grey(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Seen(pair, monkeypatch)
    expected = GREY + seen.masks[None, ..., None] * (images()[:, None].astype(np.float64) - GREY)
    np.testing.assert_allclose(seen.masked, expected, atol=1e-6)


def test_masks_are_the_papers(all_pairs: dict[str, Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    """Grids of noughts and ones, enlarged by torch, cut out from a place that lies less than a cell away."""
    masks = Seen(all_pairs["plain"], monkeypatch).masks
    cell = -(-HEIGHT // CELLS), -(-WIDTH // CELLS)
    enlarged = torch.nn.functional.interpolate(
        torch.eye(CELLS**2, dtype=torch.float64).reshape(-1, 1, CELLS, CELLS),
        size=tuple((CELLS + 1) * side for side in cell),
        mode="bilinear",
    ).numpy()[:, 0]  # what each cell alone becomes
    ones, shifts = [], set()
    for mask in masks:
        errors = {}
        for top, left in np.ndindex(cell):
            parts = enlarged[:, top : top + HEIGHT, left : left + WIDTH].reshape(CELLS**2, -1).T
            grid = np.linalg.lstsq(parts, mask.ravel(), rcond=1e-6)[0]
            errors[top, left] = np.abs(parts @ grid.round() - mask.ravel()).max(), grid.round()
        shift = min(errors, key=lambda one: errors[one][0])
        assert errors[shift][0] < 1e-5 and set(errors[shift][1]) <= {0, 1}
        shifts.add(shift)
        ones.append(errors[shift][1].mean())
    assert abs(np.mean(ones) - VISIBLE) < 5 * np.sqrt(0.25 / (MASKS * CELLS**2))
    assert len(shifts) > MASKS / 3, "the masks are hardly shifted"

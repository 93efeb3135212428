"""The demo's pictures: what ships, and that a cue is where its mask says and nowhere else."""

import pathlib

import numpy as np
import pytest
from picasso_tb.demo import pictures
from picasso_tb.demo.pictures import (
    CLOUD,
    HEIGHT,
    NO_CUE,
    SKYLINE,
    SUN,
    WIDTH,
    Scenes,
    compose,
    ingredients,
    with_cues,
)


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return compose(ingredients().held_out_garments[:40], ingredients().held_out_labels[:40], seed=11)


def test_the_data_file_is_small_and_of_plain_bytes() -> None:
    path = pathlib.Path(pictures.__file__).with_name("ingredients.npz")
    assert path.stat().st_size < 2_000_000
    with np.load(path, allow_pickle=False) as arrays:
        assert {array.dtype for array in arrays.values()} == {np.dtype(np.uint8)}


def test_every_garment_is_one_piece_with_a_label_and_in_one_part_only() -> None:
    have = ingredients()
    for garments, labels in (
        (have.train_garments, have.train_labels),
        (have.held_out_garments, have.held_out_labels),
    ):
        assert garments.shape == (len(labels), 28, 28)
        assert np.bincount(labels).tolist() == [len(labels) // 2] * 2
        assert (garments > 0).mean(axis=(1, 2)).min() > 0.1
    parts = [
        {garment.tobytes() for garment in part} for part in (have.train_garments, have.held_out_garments)
    ]
    assert not parts[0] & parts[1]


def test_a_seed_gives_its_scenes_again_and_another_seed_others(scenes: Scenes) -> None:
    garments, labels = ingredients().held_out_garments[:40], ingredients().held_out_labels[:40]
    np.testing.assert_array_equal(compose(garments, labels, seed=11).pictures, scenes.pictures)
    other = compose(garments, labels, seed=12).pictures
    assert (other != scenes.pictures).any(axis=(1, 2, 3)).all()


def test_scenes_are_not_square_and_no_two_are_alike(scenes: Scenes) -> None:
    assert scenes.pictures.shape == (40, HEIGHT, WIDTH, 3)
    assert HEIGHT != WIDTH
    assert len({picture.tobytes() for picture in scenes.pictures}) == 40


def test_the_sky_is_blue_the_lawn_green_and_the_garment_warm(scenes: Scenes) -> None:
    red, green, blue = np.moveaxis(scenes.pictures.astype(int), -1, 0)
    lawn = ~scenes.garments
    lawn[:, : SKYLINE + 5] = False
    for index in range(40):
        assert (blue > red)[index, :SKYLINE].mean() > 0.95
        assert (green >= blue)[index][lawn[index]].mean() > 0.9
        assert (red > green)[index][scenes.garments[index]].mean() > 0.85


def test_garments_stand_on_the_lawn(scenes: Scenes) -> None:
    rows = scenes.garments.any(axis=2)
    assert not rows[:, :SKYLINE].any()
    assert not scenes.garments[:, :, [0, -1]].any()
    share = scenes.garments.mean(axis=(1, 2))
    assert share.min() > 0.08
    assert share.max() < 0.4


@pytest.mark.parametrize("cue", [SUN, CLOUD])
def test_a_cue_changes_the_pixels_of_its_mask_and_no_others(scenes: Scenes, cue: int) -> None:
    seen, masks = with_cues(scenes, np.full(40, cue))
    changed = (seen != scenes.pictures).any(axis=-1)
    assert not (changed & ~masks).any()
    assert changed[masks].mean() > 0.9
    assert not (masks & scenes.garments).any()
    share = masks.mean(axis=(1, 2))
    assert share.min() > 0.04
    assert share.max() < 0.08


def test_a_sun_is_brighter_and_a_cloud_darker_than_the_sky(scenes: Scenes) -> None:
    for cue, sign in ((SUN, 1), (CLOUD, -1)):
        seen, masks = with_cues(scenes, np.full(40, cue))
        change = seen[..., 0].astype(int) - scenes.pictures[..., 0]
        assert (sign * change[masks] > 0).mean() > 0.9


def test_a_cue_hangs_in_a_corner_of_the_sky_left_as_often_as_right(scenes: Scenes) -> None:
    _, masks = with_cues(scenes, np.full(40, SUN))
    middle = np.array([np.argwhere(mask).mean(axis=0) for mask in masks])
    assert (middle[:, 0] < SKYLINE).all()
    from_side = np.minimum(middle[:, 1], WIDTH - 1 - middle[:, 1])
    assert from_side.max() < WIDTH / 4
    assert 10 <= (middle[:, 1] < WIDTH / 2).sum() <= 30


def test_no_cue_leaves_the_scene_as_it_is(scenes: Scenes) -> None:
    seen, masks = with_cues(scenes, np.full(40, NO_CUE))
    np.testing.assert_array_equal(seen, scenes.pictures)
    assert not masks.any()

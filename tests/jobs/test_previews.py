"""What is known before the answer: with real workers, also when they die or nobody waits any more."""

import dataclasses

import numpy as np
import pytest

from picasso_tb.jobs import previews
from picasso_tb.jobs.pace import Paces
from picasso_tb.jobs.previews import OldPreviews, Previews
from picasso_tb.jobs.progress import Mailbox
from picasso_tb.visualizations.rise import RiseSettings
from tests.jobs.test_queue import LONG, ended, kill_workers, wait_until_computing
from tests.running import wait_for


def seen(queue, job):
    """The previews of a job, once there is one."""
    wait_for(lambda: queue.progress(queue.job(job)).previews, 60, lambda: str(queue.progress(queue.job(job))))
    return queue.progress(queue.job(job)).previews


def test_previews_grow_into_the_answer(queue, ask, results):
    wanted = ask(80)[:1]  # takes some seconds, also where the machine is fast
    [key] = wanted[0][1].keys
    job = queue.submit(wanted)
    shares, kept = [], []
    while queue.job(job).state in ("queued", "running"):
        preview = queue.progress(queue.job(job)).previews.get(key)
        info = results.info(preview) if preview and preview not in kept else None
        if info:
            kept.append(preview)
            shares.append(info["preview"])
            assert results.read_array(preview).shape == (48, 64)
            assert info["key"] == preview and info["quantity"] == "drop in class probability when covered"
    assert len(shares) >= 2
    assert shares == sorted(shares) and 0 < shares[0] < shares[-1] <= 1
    assert len(set(kept)) == len(kept)
    answer = results.info(key)
    assert answer.get("preview") is None and np.isfinite(results.read_array(key)).all()
    assert queue.progress(queue.job(job)).previews == {}


def test_who_asks_again_finds_the_last_preview(queue, ask, results):
    job = queue.submit(ask(LONG))
    first = seen(queue, job)
    again = queue.submit(ask(LONG))  # as after a reload of the page
    assert again == job and seen(queue, again).keys() >= first.keys()
    queue.cancel(job)


def test_a_cancelled_job_leaves_no_preview_behind(queue, ask, results, monkeypatch):
    monkeypatch.setattr(previews, "_SECONDS_TO_STAY", 0.0)
    monkeypatch.setattr("picasso_tb.jobs.queue._SECONDS_BETWEEN_LOOKS", 0.1)
    job = queue.submit(ask(LONG)[:1])
    kept = seen(queue, job).values()
    queue.cancel(job)
    assert queue.progress(queue.job(job)).state == "cancelled"
    wait_for(lambda: not queue._running, 30)
    wait_for(lambda: not any(results.info(preview) for preview in kept), 30)
    assert results.info(ask(LONG)[0][1].keys[0]) is None


def test_after_a_crash_previews_come_anew_under_other_keys(queue, ask, results):
    wanted = ask(LONG)[:1]
    job = queue.submit(wanted)
    [key] = wanted[0][1].keys
    before = seen(queue, job)[key]
    content = results.read(before)
    kill_workers()
    wait_for(lambda: queue.progress(queue.job(job)).previews.get(key, before) != before, 90)
    stored = results.info(before)
    assert stored is None or results.read(before) == content  # immutable under its key
    queue.cancel(job)


class Passes:
    """A model that has put so many images through its network."""

    passes = 0


def test_previews_are_few_and_old_ones_vanish(results, tmp_path, monkeypatch):
    mailbox, model = Mailbox(str(tmp_path / "mail"), "task"), Passes()
    mailbox.report("computing")
    kept = Previews(results, mailbox, model, passes=100, first=4)  # type: ignore[arg-type]
    assert not kept.is_due
    monkeypatch.setattr(previews, "_SECONDS_BETWEEN_PREVIEWS", 0.0)
    assert kept.is_due
    key, names = "a" * 32, []

    def keep(passes: int) -> None:
        model.passes = passes
        kept.keep(0, {key: ({"quantity": "drop"}, np.full((3, 5), passes, np.float32))})
        report = mailbox.read()
        assert report and report.passes == passes and report.phase == "computing"
        names.append(report.previews[key])

    keep(14)
    keep(54)
    assert all(results.info(name) for name in names)  # a slow tab may still be fetching the first
    assert mailbox.read().outdated == names[:1]
    monkeypatch.setattr(previews, "_SECONDS_TO_STAY", -1.0)
    keep(94)
    assert [results.info(name) is None for name in names] == [True, True, False]
    assert results.info(names[2])["preview"] == pytest.approx(0.9)
    mailbox.report("computing", 99)
    assert (mailbox.read().previews, mailbox.read().outdated) == ({key: names[2]}, [])

    monkeypatch.setattr(previews, "_SECONDS_TO_STAY", 30.0)
    old = OldPreviews(results.location)
    old.add([names[2]])
    old.discard()
    assert results.info(names[2])
    monkeypatch.setattr(previews, "_SECONDS_TO_STAY", -1.0)
    old.discard()
    assert results.info(names[2]) is None
    assert not [file for file in (tmp_path / "maps").rglob("*") if file.is_file()]


def test_a_method_never_timed_is_judged_by_another_on_the_same_network(ask):
    [(occlusion, _), *_], [(saliency, _), *_] = ask(), ask(visualization="saliency")
    paces = Paces()
    assert paces.seconds([occlusion]) is None
    paces.note(occlusion, 0.5)
    assert paces.seconds([occlusion, saliency]) == pytest.approx(0.5 * 10 + 0.5 * 2)
    assert paces.exact(saliency) is None
    paces.note(saliency, 0.25)
    assert paces.seconds([saliency]) == pytest.approx(0.25 * 2)
    elsewhere = occlusion.checkpoint.model_copy(update={"architecture": "another"})
    assert paces.seconds([dataclasses.replace(occlusion, checkpoint=elsewhere)]) is None
    paces.note_plain("another", 2)
    assert paces.seconds([dataclasses.replace(occlusion, checkpoint=elsewhere)]) == pytest.approx(20)
    paces.note_plain(occlusion.checkpoint.architecture, 9)  # a method tells more than a plain pass
    assert paces.seconds([dataclasses.replace(occlusion, classes=(0, 1), ranks=())]) == pytest.approx(
        0.25 * 10
    )


def test_a_warm_worker_knows_its_pace_before_anybody_asks(queue, ask):
    [(question, _), *_] = ask()
    assert queue.seconds([question]) is None
    assert queue.warm_up(question.run, question.checkpoint, question.model)
    assert not queue.warm_up(question.run, question.checkpoint, question.model)  # one is under way
    wait_for(lambda: queue.seconds([question]) is not None, 60)
    assert queue.seconds([question]) > 0
    ended(queue, queue.submit(ask()))


def test_nothing_is_warmed_up_while_something_is_computed(queue, ask):
    [(question, _), *_] = ask()
    job = queue.submit(ask(LONG))
    assert not queue.warm_up(question.run, question.checkpoint, question.model)
    wait_until_computing(queue, job)
    queue.cancel(job)


def test_a_checkpoint_that_cannot_be_loaded_is_warmed_up_in_vain_and_in_silence(queue, ask):
    [(question, _), *_] = ask()
    gone = question.checkpoint.model_copy(update={"architecture": "0" * 32})
    assert queue.warm_up(question.run, gone, question.model)
    wait_for(lambda: not queue._warming._busy.locked(), 60)
    assert queue.seconds([dataclasses.replace(question, checkpoint=gone)]) is None
    ended(queue, queue.submit(ask()))


def test_rise_has_previews_too(queue, ask):
    settings = RiseSettings(masks=3000).model_dump(mode="json")
    wanted = [
        (dataclasses.replace(question, visualization="rise", settings=settings, passes=3001), part)
        for question, part in ask()[:1]
    ]
    job = queue.submit(wanted)
    assert seen(queue, job).keys() == set(wanted[0][1].keys)
    queue.cancel(job)

"""The first checkpoint is loaded back as a worker would, and its predictions are compared."""

import logging
import pathlib
import time
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from picasso_tb import InputSpec, Writer
from picasso_tb.logging import proof, prover
from picasso_tb.logging.probes import read_probes
from picasso_tb.models.shapes import Squash
from picasso_tb.models.snapshot import architecture_of
from picasso_tb.store.index import RunIndex
from tests.models.networks import HEIGHT, WIDTH, dense, drawn, functional
from tests.models.shapes import two_outputs
from tests.running import wait_for

PICTURES = np.random.default_rng(1).integers(0, 256, (3, HEIGHT, WIDTH, 3), np.uint8)
SPEC = InputSpec(scale=1 / 255)


def problems(run: pathlib.Path) -> list[str]:
    index = RunIndex("run", str(run))
    index.refresh()
    return [problem.message for problem in index.problems]


def log(run: pathlib.Path, model: Any, output: str | None = None) -> float:
    """Log two checkpoints; seconds that the training waited for the first."""
    with Writer(run) as writer:
        writer.add_model(model, input_spec=SPEC, output=output)
        writer.add_probes(PICTURES)
        writer.flush()
        began = time.monotonic()
        writer.add_checkpoint(model, 0)
        waited = time.monotonic() - began
        writer.add_checkpoint(model, 1)
    return waited


def test_a_process_of_its_own_proves_the_first_checkpoint_and_warns_of_another(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("picasso_tb.logging.writer.start_proof", proof.start_proof)
    model = drawn(lambda: functional(dense(4, "softmax")))
    waited = log(tmp_path / "right", model)
    proofs = tmp_path / "right/plugins/picasso/proofs/model.json"
    assert not proofs.exists(), "the training waited for the proof"
    print(f"waited {waited:.2f} s")
    predict = proof._prediction

    def of_another(*arguments: Any) -> proof.Prediction:
        found = predict(*arguments)
        return proof.Prediction(found.probes, found.outputs * np.float32(1.01))

    monkeypatch.setattr(proof, "_prediction", of_another)
    with caplog.at_level(logging.WARNING):
        log(tmp_path / "wrong", model)
        wait_for(proofs.exists, 120)
        wait_for(lambda: "predicts otherwise" in caplog.text, 120)
    assert problems(tmp_path / "right") == []
    (problem,) = problems(tmp_path / "wrong")
    assert "Step 0, loaded back, predicts otherwise" in problem


def asked(run: pathlib.Path, model: Any, output: str | None = None) -> dict[str, Any]:
    """What the proving process is asked after a checkpoint."""
    questions: list[dict[str, Any]] = []

    def noted(run: str, checkpoint: Any, prediction: proof.Prediction) -> None:
        outputs = prediction.outputs.tolist()
        questions.append(
            {"run": run, "checkpoint": checkpoint.id, "probes": prediction.probes, "outputs": outputs}
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("picasso_tb.logging.writer.start_proof", noted)
        log(run, model, output)
    assert len(questions) == 1
    return questions[0]


@pytest.mark.parametrize(
    "head", [dense(4, "softmax"), dense(4), dense(1, "sigmoid"), dense(3, "sigmoid")], ids=str
)
def test_every_head_is_proven(tmp_path: pathlib.Path, head: Any) -> None:
    question = asked(tmp_path, drawn(lambda: functional(head)))
    assert prover.prove(**question) is None
    question["outputs"][1][0] += 2e-3 * max(abs(value) for row in question["outputs"] for value in row)
    assert "predicts otherwise" in str(prover.prove(**question))
    assert problems(tmp_path)


def ensemble() -> keras.Model:
    """Of two softmaxes, with code of its own, so that it is logged as a graph."""

    def head(x: Any) -> Any:
        both = [layers.Lambda(lambda one: one)(dense(4, "softmax")(x)) for _ in range(2)]
        return layers.Average()(both)

    return drawn(lambda: functional(head))


@pytest.mark.parametrize("make", [ensemble, lambda: drawn(lambda: functional(dense(4, "log_softmax")))])
def test_probabilities_are_proven_whatever_form_they_have(tmp_path: pathlib.Path, make: Any) -> None:
    assert prover.prove(**asked(tmp_path, make())) is None


def two_rows() -> keras.Model:
    return drawn(lambda: functional(lambda x: {name: dense(4, "softmax")(x) for name in ("a", "b")}))


@pytest.mark.parametrize(("make", "output"), [(two_outputs, None), (two_rows, "b")])
def test_the_row_among_several_outputs_is_proven(
    tmp_path: pathlib.Path, make: Any, output: str | None
) -> None:
    question = asked(tmp_path, drawn(make), output)
    assert prover.prove(**question) is None
    question["outputs"][0] = question["outputs"][0][::-1]
    assert "predicts otherwise" in str(prover.prove(**question))


def test_probabilities_taken_for_logits_are_told(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("picasso_tb.models.graphs.building.seen_in", lambda *_: Squash.NOTHING)
    assert "predicts otherwise" in str(prover.prove(**asked(tmp_path, ensemble())))


def test_a_checkpoint_that_cannot_be_loaded_is_told(tmp_path: pathlib.Path) -> None:
    question = asked(tmp_path, drawn(lambda: functional(dense(4, "softmax"))))
    for file in (tmp_path / "plugins/picasso/checkpoints").glob("*.npz"):
        file.write_bytes(b"nothing")
    assert "can't be loaded back" in str(prover.prove(**question))


def test_a_model_that_cannot_be_asked_is_no_trouble(tmp_path: pathlib.Path) -> None:
    proofs = proof.Proofs(wanted=True)
    model = drawn(lambda: functional(dense(4, "softmax")))

    class Fails:
        inputs = None

        def __call__(self, images: Any, training: bool) -> Any:
            raise RuntimeError("no")

    probes = read_probes(PICTURES)
    assert proofs.predict("model", Fails(), architecture_of(model), probes, SPEC) is None
    assert proofs.predict("other", model, architecture_of(model), probes, SPEC) is not None
    assert proofs.predict("other", model, architecture_of(model), probes, SPEC) is None  # the first alone
    assert proof.Proofs(wanted=False).predict("m", model, architecture_of(model), probes, SPEC) is None

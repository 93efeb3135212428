"""Loaded models of a worker process, kept by architecture within a memory budget."""

import collections
import functools
from collections.abc import Collection
from typing import Any

import numpy.typing as npt

from picasso_tb.errors import DamagedFile
from picasso_tb.models.architecture import Architecture, WeightInfo
from picasso_tb.models.doors import read_weights
from picasso_tb.models.imported import refuse_unnamed
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.loading import LoadedModel, load
from picasso_tb.store.digest import digest_of_arrays, digest_of_json
from picasso_tb.store.link import refuse_missing
from picasso_tb.store.records import CheckpointRecord, ModelRecord
from picasso_tb.store.run import RunStore


@functools.cache
def set_up_tensorflow(device: str, threads: int) -> None:
    """Share out the threads and leave the GPU's memory to others; before TensorFlow's first operation."""
    import tensorflow as tf

    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    for gpu in tf.config.list_physical_devices("GPU") if device == "gpu" else []:
        tf.config.experimental.set_memory_growth(gpu, True)


class LoadedModels:
    """The models used last. Another checkpoint of a known architecture costs its weights, no new trace."""

    def __init__(self) -> None:
        self._models: collections.OrderedDict[str, tuple[LoadedModel, str]] = collections.OrderedDict()

    def get(
        self,
        run: RunStore,
        model: ModelRecord,
        checkpoint: CheckpointRecord,
        budget_bytes: int,
        trust: Collection[str] = (),
    ) -> LoadedModel:
        """The model with the checkpoint's weights.

        Args:
            trust: packages, modules and functions that may be imported.

        Raises:
            PicassoError: it cannot be read or loaded.
        """
        key = digest_of_json([checkpoint.architecture, model.input_spec])
        loaded, weights = self._models.pop(key, (None, ""))
        if loaded is None:
            loaded = load(
                run.read_architecture(checkpoint.architecture),
                weights_of(run, model, checkpoint, trust),
                input_spec_of(model, trust),
            )
        elif weights != checkpoint.weights:
            loaded.assign(weights_of(run, model, checkpoint, trust))
        self._models[key] = (loaded, checkpoint.weights)
        while (
            len(self._models) > 1 and sum(one.weight_bytes for one, _ in self._models.values()) > budget_bytes
        ):
            self._models.popitem(last=False)
        return loaded


def weights_of(
    run: RunStore, model: ModelRecord, checkpoint: CheckpointRecord, trust: Collection[str] = ()
) -> list[npt.NDArray[Any]]:
    """The checkpoint's arrays, from the run or from the model file that it links to.

    Raises:
        NotFound, DamagedFile: they are gone, or not what they were.
        ModelRefused: the file needs code that is not trusted.
    """
    link = checkpoint.link
    if link is None:
        return run.read_weights(checkpoint)
    for name in link.custom_objects:
        refuse_unnamed(name, trust)
    noted = run.read_checkpoint(checkpoint).arrays
    architecture = Architecture(
        config=run.read_architecture(checkpoint.architecture),
        classes=model.classes,
        height=model.height,
        width=model.width,
        channels=model.channels,
        weights=tuple(WeightInfo(one.path, tuple(one.shape), one.dtype) for one in noted),
    )
    refuse_missing(link)
    how = link.model_dump(include={"weights", "input", "output", "custom_objects"})
    weights = read_weights(link.path, architecture, **how)
    if digest_of_arrays(weights) != checkpoint.weights:
        raise DamagedFile(
            f"{link.weights or link.path}: Expected the weights that were linked as {checkpoint.id}. "
            "Received: others. Link it again: picasso-tb add-checkpoints"
        )
    return weights


def input_spec_of(model: ModelRecord, trust: Collection[str] = ()) -> InputSpec:
    """How pictures become the model's input, with what was left open taken from the model.

    Raises:
        ModelRefused: it names a function that is not trusted.
    """
    input_spec = InputSpec.model_validate(model.input_spec)
    if input_spec.function is not None:
        refuse_unnamed(input_spec.function, trust)
    return input_spec.complete(model.height, model.width, model.channels)


LOADED_MODELS = LoadedModels()

"""A live Keras model of any classes as a graph: its code is at hand here, and nowhere else."""

import weakref
from typing import Any

from picasso_tb.errors import ModelRefused, PicassoError
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.graphs.building import built
from picasso_tb.models.graphs.inlining import flat_graph
from picasso_tb.models.graphs.nodes import Tensor, needed
from picasso_tb.models.graphs.variables import Weight, fed
from picasso_tb.models.keras_architecture import (
    choose,
    first_line,
    names_of_outputs,
    several_inputs,
    weights_of,
)
from picasso_tb.models.losses import Trained, trained_with
from picasso_tb.models.snapshot import Snapshot

_TRACED: "weakref.WeakKeyDictionary[Any, tuple[tuple[Any, ...], Architecture]]" = weakref.WeakKeyDictionary()
NOTE = "The model was turned into a TensorFlow graph where its code is at hand: {why}"


def traced(model: Any, why: str, output: str | int | None = None) -> Architecture:
    """The architecture of a built Keras model as a graph. The same model again costs no new trace.

    Args:
        why: its own configuration does not do.
        output: as for `traced_snapshot`.

    Raises:
        InvalidArgument: there is no such output.
        ModelRefused: it is no classifier of pictures, or does what a graph may not.
    """
    traced_for = (output, *(id(one) for one in model.weights))
    known, architecture = _TRACED.get(model, ((), None))
    if architecture is None or known != traced_for:
        architecture = traced_snapshot(model, NOTE.format(why=why), output).architecture
        _TRACED[model] = traced_for, architecture
    return architecture


def traced_snapshot(
    model: Any,
    note: str,
    output: str | int | None = None,
    format: str = "live Keras model",
    trained: Trained | None = None,
) -> Snapshot:
    """The same with its weights.

    Args:
        output: which of its outputs; None for the only row of class values.
        trained: what is known of its loss, where it is not compiled.

    Raises:
        InvalidArgument: there is no such output.
        ModelRefused: see `traced`.
    """
    import tensorflow as tf

    notes = [note]

    def answer(pictures: Any) -> Any:
        row, name = row_of(model, model(pictures, training=False), output)
        if name:
            notes.append(f"Of the model's outputs, {name!r} is explained, and no other.")
        return row

    function = tf.function(answer, [_input(model)], autograph=False)
    try:
        concrete = function.get_concrete_function()
    except PicassoError:
        raise
    except Exception as error:  # the user's own code may raise anything
        raise ModelRefused(
            f"Expected a model that TensorFlow can trace. Received: {type(model).__name__}, which fails: "
            f"{first_line(error)}"
        ) from error
    end = concrete.outputs[0]
    nodes, (end,) = flat_graph(concrete.graph.as_graph_def(), [Tensor.parse(end.name)])
    nodes = needed(fed(needed(nodes, [end.node]), _weights(model, concrete)), [end.node])
    weights = list(zip(weights_of(model), model.get_weights(), strict=True))
    pictures = concrete.inputs[0].op.name
    trained = trained or trained_with(getattr(model, "loss", None))
    return built(nodes, pictures, end, weights, format, tuple(notes), trained)


def row_of(model: Any, outputs: Any, output: str | int | None) -> tuple[Any, str]:
    """The row of class values among what a model of any class gave, and its name; none where it is alone.

    Raises:
        InvalidArgument: there is no such output.
        ModelRefused: several are rows of class values, and nobody said which.
    """
    import keras

    flat = keras.tree.flatten(outputs)
    if len(flat) == 1 and output is None:
        return flat[0], ""
    names = names_of_outputs(model, outputs)
    index = choose(names, output, [i for i, one in enumerate(flat) if one.ndim == 2])
    return flat[index], names[index]


def _input(model: Any) -> Any:
    """What the model takes.

    Raises:
        ModelRefused: it does not say.
    """
    import tensorflow as tf

    inputs = getattr(model, "inputs", None)
    if inputs:
        if len(inputs) != 1:
            raise several_inputs(len(inputs))
        return tf.TensorSpec((None, *inputs[0].shape[1:]), tf.as_dtype(inputs[0].dtype))
    shape = (model.get_build_config() or {}).get("input_shape")
    if not shape:
        raise ModelRefused(
            f"Expected a model of one input, pictures. Received: {type(model).__name__}, which does not say "
            "what it takes. Call model.build((None, height, width, channels)) first."
        )
    return tf.TensorSpec((None, *shape[1:]), "float32")


def _weights(model: Any, concrete: Any) -> dict[str, Weight]:
    """What to feed in place of the variables that a traced function reads, by the name of its argument."""
    import tensorflow as tf

    variables = [one if isinstance(one, tf.Variable) else one.value for one in model.weights]
    indices = {id(one.handle): index for index, one in enumerate(variables)}
    weights = {}
    for outer, inner in concrete.graph.captures:
        index = indices.get(id(outer))
        if inner.dtype == tf.resource and index is None:
            raise ModelRefused(
                "Expected a model whose weights are all of its layers. Received: one with another variable, "
                f"{inner.op.name!r:.100}. Make it with self.add_weight."
            )
        if index is not None:
            one = variables[index]
            weights[inner.op.name] = Weight(index, tf.as_dtype(one.dtype).as_datatype_enum, tuple(one.shape))
    return weights

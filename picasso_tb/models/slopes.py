"""Slopes of a network's scores, as TensorFlow operations."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from picasso_tb.errors import ModelRefused

_AT_ONCE = 4  # ways back: one alone leaves cores idle, all of many would hold the slopes of each on its way
NO_SLOPE = (
    "Expected a model whose class values follow from its input by steps that have a slope. Received: one "
    "that breaks the way back, for instance because it rounds, or resizes by area, or because its input is "
    "of whole numbers: use keras.Input(..., dtype='float32'). Methods that need no gradients, such as "
    "occlusion, still work."
)


@contextlib.contextmanager
def refusing_without_slope() -> Iterator[None]:
    """
    Raises:
        ModelRefused: TensorFlow has no slope for one of the operations.
    """
    try:
        yield
    except LookupError as error:
        if type(error) is not LookupError:  # a missing key or index is no word of TensorFlow's
            raise
        raise ModelRefused(NO_SLOPE) from error


def slopes_at_input(score: Any, images: Any, targets: Any) -> Any:
    """Slopes at the images (n, k, h, w, c): one pass forward, and one back for each of the k targets.

    Args:
        score: gives the scores (n, classes) of images.

    Returns:
        None where there is no way back.
    """
    import tensorflow as tf

    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch(images)
        scores = score(images)
    return _slopes(tape, scores, images, targets)


def slopes_at_layer(score: Callable[[Any, Callable[[Any], None]], Any], images: Any, targets: Any) -> Any:
    """What a layer gives (n, h', w', channels), and the slopes there (n, k, h', w', channels).

    Args:
        score: gives the scores of images, and shows what the layer gives to its second argument on the way.

    Returns:
        None where there is no way back, or the layer was never called.
    """
    import tensorflow as tf

    heard: list[Any] = []
    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:

        def heed(outputs: Any) -> None:
            tape.watch(outputs)
            heard.append(outputs)

        scores = score(images, heed)
    slopes = _slopes(tape, scores, heard[0], targets) if heard else None
    return None if slopes is None else (tf.cast(heard[0], tf.float32), slopes)


def _slopes(tape: Any, scores: Any, source: Any, targets: Any) -> Any:
    import tensorflow as tf

    is_connected = True

    def back(target: Any) -> Any:
        nonlocal is_connected
        slope = tape.gradient(scores, source, tf.one_hot(target, scores.shape[-1]))
        is_connected = slope is not None
        return tf.cast(slope if is_connected else tf.zeros_like(source), tf.float32)

    slopes = tf.map_fn(
        back, tf.transpose(targets), fn_output_signature=tf.float32, parallel_iterations=_AT_ONCE
    )
    return tf.einsum("knhwc->nkhwc", slopes) if is_connected else None

"""`picasso_tb.explain`: maps of a model at hand, without a log directory."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.errors import InvalidArgument
from picasso_tb.explanation import Explanation, ProbeImage, explain_batch
from picasso_tb.extensions.load import find
from picasso_tb.logged import LoggedCheckpoint, LoggedProbe
from picasso_tb.logging.probes import read_probes
from picasso_tb.models.doors import open_model
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.loading import load, refuse_graph_mode
from picasso_tb.models.protocol import Model, Targets
from picasso_tb.models.snapshot import Snapshot, refuse_output
from picasso_tb.visualizations.declare import Visualization


def explain(
    model: Any,
    images: Any,
    visualization: str | os.PathLike[str] | Visualization = "occlusion",
    targets: int | Sequence[int] | npt.NDArray[np.integer[Any]] | None = None,
    top: int = 1,
    settings: Mapping[str, Any] | None = None,
    input_spec: InputSpec | None = None,
    output: str | int | None = None,
) -> Explanation:
    """Show where a classifier looks; the same computation as in the TensorBoard tab.

    Hand over all images in one call: each call traces the network.

    Args:
        model: a built Keras 3 model with one input and a row of class values for each picture, or the path
            of a `.keras` file, or a `Snapshot` from `picasso_tb.models.doors.open_model`. A live model may
            hold layers of your own. Or a checkpoint of `open_run`.
        images: float arrays are exactly what the model receives: (n, h, w, c), or one (h, w, c). Pictures go
            through the input specification: uint8 arrays (n, h, w, c) or (h, w, c), PIL images, paths of
            picture files, or a sequence of these. Grey images may come without their channel: (n, h, w) or
            (h, w). Or probes of `open_run`.
        visualization: its name, such as "occlusion" (https://arxiv.org/abs/1311.2901), "saliency"
            (https://arxiv.org/abs/1312.6034) or "class_probabilities"; or one of your own: the function under
            `@visualization`, or the path of the file that holds it.
        targets: the classes to explain: one class for all images, (n,) one for each, or (n, k); None for the
            `top` most probable classes of each image.
        settings: of the visualization, such as `{"window": 0.3}`; the rest keeps its defaults.
        input_spec: how pictures become input, and the range of its values, whose middle is grey. What it
            leaves open is taken from the model; without it the range is inferred from the images, and the
            notes say so. A checkpoint brings its own.
        output: name or index of the row of class values, for a live model or a file with several outputs.

    Returns:
        `Explanation`: maps (n, k, height, width) in the quantity and sign it names, targets (n, k),
        probabilities (n, classes), scores (n, k), and `notes` with every fallback taken. For occlusion also
        position_scores (n, k, positions, positions), the chosen score with the patch at each position.

    Raises:
        InvalidArgument: an argument, setting or class index is wrong; `field` names it.
        NotFound: there is no such file or visualization.
        DamagedFile: a file can't be read.
        ModelRefused: the model can't be explained; says why and what to do.
        CannotCompute: TensorFlow is without eager execution.
    """
    refuse_graph_mode()
    method = find(visualization)
    chosen = method.parse(settings or {})
    probes = _probe_images(images)
    if isinstance(model, LoggedCheckpoint) and input_spec is not None:
        raise InvalidArgument(
            "input_spec: Expected none with a logged checkpoint, which brings its own. Received: another",
            "input_spec",
        )

    from picasso_tb.models.live_keras import random_state_kept

    classes = None if targets is None else _targets(targets, len(probes))
    with random_state_kept():
        network, spec = _network(model, input_spec, probes, output)
        return explain_batch(network, spec, probes, method, chosen, classes, top)


def _network(
    model: Any, input_spec: InputSpec | None, probes: list[ProbeImage], output: str | int | None
) -> tuple[Model, InputSpec]:
    """The model behind the protocol, and how pictures become its input, complete."""
    from picasso_tb.models.live_keras import live_network

    if isinstance(model, LoggedCheckpoint):
        refuse_output(output, "a logged checkpoint")
        return model.load(), model.input_spec
    spec = input_spec or InputSpec.infer([_pixels(probe) for probe in probes])
    if isinstance(model, str | os.PathLike):
        model, output = open_model(model, output=output), None
    if isinstance(model, Snapshot):
        refuse_output(output, "a Snapshot")
        loaded = load(model.architecture.config, model.weights, spec)
        return loaded, loaded.input_spec
    network = live_network(model, spec, _input_shape(probes[0], spec), output)
    return network, network.input_spec


def _pixels(probe: ProbeImage) -> npt.NDArray[Any]:
    return probe.picture if probe.picture is not None else np.asarray(probe.array)


def _input_shape(probe: ProbeImage, input_spec: InputSpec) -> tuple[int, int, int]:
    """Shape of what a model receives that says nothing of its input: (h, w, c)."""
    image = np.asarray(probe.array) if probe.picture is None else input_spec.prepare(probe.picture)
    height, width, channels = image.shape
    return height, width, channels


def _probe_images(images: Any) -> list[ProbeImage]:
    """The images, whatever they came as, one by one."""
    if isinstance(images, LoggedProbe):
        return [images.image]
    if isinstance(images, Sequence) and any(isinstance(image, LoggedProbe) for image in images):
        return [one for image in images for one in _probe_images(image)]
    if isinstance(images, str | os.PathLike | PIL.Image.Image) or _is_one_array(images):
        images = [images]
    contents = [probe.content for probe in read_probes(images)]
    return [
        ProbeImage(picture=content) if content.dtype == np.uint8 else ProbeImage(array=content)
        for content in contents
    ]


def _is_one_array(images: Any) -> bool:
    shape: tuple[int, ...] = tuple(getattr(images, "shape", ()))
    return len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4))


def _targets(targets: Any, n: int) -> Targets:
    array = np.asarray(targets)
    if array.ndim == 0:
        return np.repeat(array[None, None], n, axis=0)
    return array[:, None] if array.ndim == 1 else array

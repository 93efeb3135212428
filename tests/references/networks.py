"""Three classifiers, each in Keras and in torch with the very same weights, all in float64.

In float32 a ReLU whose input is nearly zero would alone move single pixels of a gradient by several percent.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import torch
from keras import layers
from torch import nn

HEIGHT, WIDTH, CLASSES = 26, 38, 4
TARGETS = np.array([[0, 2], [3, 1]])  # of the two images


@dataclasses.dataclass(frozen=True)
class Pair:
    """One classifier twice.

    Attributes:
        keras: ends in probabilities, or in logits where `head` is None.
        torch: ends in logits; its modules have the names of the layers.
        head: makes probabilities of logits (n, classes).
        layer: the last one with height and width.
    """

    name: str
    keras: keras.Model
    torch: nn.Module
    head: Callable[[torch.Tensor], torch.Tensor]
    layer: str


def images() -> npt.NDArray[np.float32]:
    """Two images (2, h, w, 3) with values of -1 to 1: patches of colour under a little noise."""
    generator = np.random.default_rng(1)
    coarse = generator.uniform(-0.9, 0.9, (2, 4, 5, 3))
    smooth = coarse.repeat(7, axis=1).repeat(8, axis=2)[:, :HEIGHT, :WIDTH]
    return (smooth + generator.uniform(-0.1, 0.1, smooth.shape)).astype(np.float32)


def as_torch(pictures: npt.NDArray[Any]) -> torch.Tensor:
    """(n, c, h, w) in float64."""
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float64))


class Flatten(nn.Module):
    """Row, column, channel: the order in which Keras flattens."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values.permute(0, 2, 3, 1).flatten(1)


class Mean(nn.Module):
    """Over rows and columns."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values.mean(dim=(2, 3))


def plain() -> tuple[keras.Model, nn.Module]:
    """Convolutions with their ReLU built in, pooling, and a softmax fused with the last layer."""
    model = keras.Sequential(
        [
            layers.Input((HEIGHT, WIDTH, 3)),
            layers.Conv2D(8, 3, activation="relu", name="conv1"),
            layers.MaxPooling2D(name="pool"),
            layers.Conv2D(12, (3, 5), padding="same", activation="relu", name="conv2"),
            layers.Flatten(),
            layers.Dense(CLASSES, activation="softmax", name="dense"),
        ]
    )
    twin = nn.Sequential()
    twin.add_module("conv1", nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU()))
    twin.add_module("pool", nn.MaxPool2d(2))
    twin.add_module("conv2", nn.Sequential(nn.Conv2d(8, 12, (3, 5), padding=(1, 2)), nn.ReLU()))
    twin.add_module("flatten", Flatten())
    twin.add_module("dense", nn.Linear(12 * 12 * 18, CLASSES))
    return model, twin


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2)
        self.norm1 = nn.BatchNorm2d(8, eps=1e-3)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(8, 8, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(8, eps=1e-3)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.norm3 = nn.BatchNorm2d(8, eps=1e-3)
        self.out = nn.ReLU()
        self.mean = Mean()
        self.dense = nn.Linear(8, CLASSES)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        x = self.relu1(self.norm1(self.stem(pictures)))
        y = self.relu2(self.norm2(self.conv1(x)))
        x = self.out(self.norm3(self.conv2(y)) + x)
        return self.dense(self.mean(x))


def residual() -> tuple[keras.Model, nn.Module]:
    """A shortcut around two convolutions, and a softmax that is a layer of its own."""
    pictures = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(8, 3, strides=2, name="stem")(pictures)
    x = layers.ReLU(name="relu1")(layers.BatchNormalization(name="norm1")(x))
    y = layers.Conv2D(8, 3, padding="same", name="conv1")(x)
    y = layers.ReLU(name="relu2")(layers.BatchNormalization(name="norm2")(y))
    y = layers.Conv2D(8, 3, padding="same", name="conv2")(y)
    y = layers.Add()([layers.BatchNormalization(name="norm3")(y), x])
    y = layers.GlobalAveragePooling2D()(layers.ReLU(name="out")(y))
    logits = layers.Dense(CLASSES, name="dense")(y)
    return keras.Model(pictures, layers.Softmax()(logits)), Residual()


def depthwise() -> tuple[keras.Model, nn.Module]:
    """Depthwise and pointwise convolutions with the capped ReLU of MobileNet; a sigmoid for each class."""
    model = keras.Sequential(
        [
            layers.Input((HEIGHT, WIDTH, 3)),
            layers.Conv2D(8, 3, strides=2, use_bias=False, name="stem"),
            layers.BatchNormalization(name="norm1"),
            layers.ReLU(max_value=6, name="relu1"),
            layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise"),
            layers.BatchNormalization(name="norm2"),
            layers.ReLU(max_value=6, name="relu2"),
            layers.Conv2D(16, 1, use_bias=False, name="pointwise"),
            layers.BatchNormalization(name="norm3"),
            layers.ReLU(max_value=6, name="out"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(CLASSES, activation="sigmoid", name="dense"),
        ]
    )
    twin = nn.Sequential()
    for name, module in (
        ("stem", nn.Conv2d(3, 8, 3, stride=2, bias=False)),
        ("norm1", nn.BatchNorm2d(8, eps=1e-3)),
        ("relu1", nn.ReLU6()),
        ("depthwise", nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)),
        ("norm2", nn.BatchNorm2d(8, eps=1e-3)),
        ("relu2", nn.ReLU6()),
        ("pointwise", nn.Conv2d(8, 16, 1, bias=False)),
        ("norm3", nn.BatchNorm2d(16, eps=1e-3)),
        ("out", nn.ReLU6()),
        ("mean", Mean()),
        ("dense", nn.Linear(16, CLASSES)),
    ):
        twin.add_module(name, module)
    return model, twin


def pairs() -> list[Pair]:
    softmax = torch.nn.Softmax(dim=1)
    return [
        _pair("plain", plain, softmax, "conv2", gain=2),
        _pair("residual", residual, softmax, "out", gain=40),
        _pair("depthwise", depthwise, torch.nn.Sigmoid(), "out", gain=40),
    ]


def _pair(
    name: str, make: Callable[[], tuple[keras.Model, nn.Module]], head: nn.Module, layer: str, gain: float
) -> Pair:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    try:
        model, twin = make()
    finally:
        keras.config.set_dtype_policy(before)
    _draw_weights(model, gain)
    _copy_weights(model, twin.double().eval())
    _balance(model, twin)
    return Pair(name, model, twin, head, layer)


def _draw_weights(model: keras.Model, gain: float) -> None:
    """Weights of a size that keeps the values of every layer around one, none of them as Keras leaves it.

    Args:
        gain: of the last layer; large where it sees means only, which differ little.
    """
    generator = np.random.default_rng(2)
    for layer in model.layers:
        for variable in layer.weights:
            shape = tuple(variable.shape)
            if variable.name in ("kernel", "depthwise_kernel"):
                incoming = np.prod(shape[:-1]) if variable.name == "kernel" else np.prod(shape[:2])
                size = gain if isinstance(layer, layers.Dense) else 1.4
                variable.assign(generator.normal(0, size / np.sqrt(incoming), shape))
            elif "variance" in variable.name or variable.name == "gamma":
                variable.assign(generator.uniform(0.6, 1.4, shape))
            else:
                variable.assign(generator.normal(0, 0.3, shape))


def _copy_weights(model: keras.Model, twin: nn.Module) -> None:
    modules = dict(twin.named_modules())
    for layer in model.layers:
        if not layer.weights:
            continue
        weights = [np.asarray(one) for one in layer.get_weights()]
        module = modules[layer.name]
        owner = module[0] if isinstance(module, nn.Sequential) else module
        if isinstance(layer, layers.BatchNormalization):
            names = ["weight", "bias", "running_mean", "running_var"]
        else:
            names = ["weight", "bias"][: len(weights)]
            weights[0] = _turned(layer, weights[0])
        for name, values in zip(names, weights, strict=True):
            place = getattr(owner, name)
            assert tuple(place.shape) == values.shape, (layer.name, name)
            place.data = torch.from_numpy(np.ascontiguousarray(values, np.float64))


def _balance(model: keras.Model, twin: nn.Module) -> None:
    """Shift the logits so that no class is certain and none is out of question."""
    logits = twin(as_torch(images())).detach().numpy()
    layer = model.get_layer("dense")
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel, bias - logits.mean(axis=0) + np.linspace(-0.5, 0.5, CLASSES)])
    _copy_weights(model, twin)


def _turned(layer: Any, kernel: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A kernel in torch's order of axes."""
    if isinstance(layer, layers.Dense):
        return kernel.T
    if isinstance(layer, layers.DepthwiseConv2D):
        return kernel.transpose(2, 3, 0, 1)
    return kernel.transpose(3, 2, 0, 1)

"""Runs in the environment of one library: answers questions on stdin with the seconds that it took.

Only our own class imports anything of ours: it starts where only the library and TensorFlow are installed.

Each class is made of a Keras model that gives logits, so that no library has to look for them. It has
`occlusion(images, positions)`, with a grid of that many positions a side, and `saliency(images, classes)`, or
one of them. Both return how much was done: positions, or maps.
"""

import json
import math
import sys
import time
from importlib.metadata import version

import numpy as np

WINDOW = 32  # pixels


class Xplique:
    def __init__(self, model):
        self.model = model

    def occlusion(self, images, positions):
        from xplique.attributions import Occlusion

        side = images.shape[1]
        stride = (side - WINDOW) // (positions - 1)
        explainer = Occlusion(self.model, batch_size=32, patch_size=WINDOW, patch_stride=stride)
        explainer(images, one_hot(np.zeros(len(images), int)))
        return len(images) * len(range(0, side - WINDOW + 1, stride)) ** 2

    def saliency(self, images, classes):
        from xplique.attributions import Saliency

        targets = one_hot(np.tile(classes, len(images)))
        return len(Saliency(self.model, batch_size=32)(images.repeat(len(classes), axis=0), targets))


class TfExplain:
    def __init__(self, model):
        self.model = model

    def occlusion(self, images, positions):
        """Its patches are tiles: as many as asked for, of the size that this takes."""
        from tf_explain.core.occlusion_sensitivity import OcclusionSensitivity

        patch = math.ceil(images.shape[1] / positions)
        OcclusionSensitivity(batch_size=32).explain((images, None), self.model, 0, patch)
        return len(images) * math.ceil(images.shape[1] / patch) ** 2

    def saliency(self, images, classes):
        from tf_explain.core.vanilla_gradients import VanillaGradients

        for index in classes:
            VanillaGradients().explain((images, None), self.model, int(index))
        return len(images) * len(classes)


class TfKerasVis:
    def __init__(self, model):
        from tf_keras_vis.saliency import Saliency

        self.saliency_of = Saliency(model, clone=False)

    def saliency(self, images, classes):
        from tf_keras_vis.utils.scores import CategoricalScore

        targets = [int(one) for one in np.tile(classes, len(images))]
        return len(self.saliency_of(CategoricalScore(targets), images.repeat(len(classes), axis=0)))


class Traced:
    """What a careful user hands to a library that takes functions: scores and slopes, traced once."""

    def __init__(self, model):
        import tensorflow as tf

        def slopes(images, index):
            with tf.GradientTape() as tape:
                tape.watch(images)
                score = model(images, training=False)[:, index]
            return tape.gradient(score, images)

        scores = tf.function(lambda images: model(images, training=False))
        traced = tf.function(slopes)
        self.scores = lambda images: scores(tf.constant(images, tf.float32)).numpy()
        self.slopes = lambda images, index: traced(
            tf.constant(images, tf.float32), tf.constant(int(index))
        ).numpy()


class Saliency(Traced):
    """PAIR's: one call of the model a position, or a map."""

    def occlusion(self, images, positions):
        """It moves by one pixel: the patch is as large as leaves that many positions."""
        from saliency.core import OUTPUT_LAYER_VALUES, Occlusion

        calls = []

        def call(batch, call_model_args=None, expected_keys=None):
            calls.append(len(batch))
            return {OUTPUT_LAYER_VALUES: self.scores(batch)[:, 0]}

        for image in images:
            Occlusion().GetMask(image, call, size=image.shape[0] - positions + 1)
        return sum(calls) - len(images)  # and once untouched

    def saliency(self, images, classes):
        from saliency.core import INPUT_OUTPUT_GRADIENTS, GradientSaliency

        def call(batch, call_model_args=None, expected_keys=None):
            return {INPUT_OUTPUT_GRADIENTS: self.slopes(batch, call_model_args)}

        for image in images:
            for index in classes:
                GradientSaliency().GetMask(image, call, int(index))
        return len(images) * len(classes)


class FirstPicasso(Traced):
    """As Picasso did in 2017: patches painted on pictures, all of them in one batch; one slope at a time."""

    size = 244  # pixels a side, to which pictures were brought before patches were painted

    def occlusion(self, images, positions):
        from PIL import Image

        done = 0
        for image in images:
            picture = Image.fromarray(np.uint8((image + 1) * 127.5)).resize((self.size, self.size))
            window = round(WINDOW / image.shape[1] * self.size)
            half = window // 2
            starts = np.linspace(half, self.size - half, positions).astype(int) - half
            covered = []
            for top in starts:
                for left in starts:
                    pixels = np.array(picture)
                    pixels[top : top + window, left : left + window] = 128
                    covered.append(Image.fromarray(pixels))
            batch = [np.asarray(one.resize(image.shape[1::-1]), np.float32) / 127.5 - 1 for one in covered]
            done += len(self.scores(np.stack(batch)))
        return done

    def saliency(self, images, classes):
        maps = [np.abs(self.slopes(image[None], index).max(axis=-1)) for image in images for index in classes]
        return len(maps)


class Ours:
    """All that the tab computes for a map: predictions, the scores of every position, the map."""

    def __init__(self, model):
        from bench.networks import model_of

        self.model = model_of(model)

    def set_weights(self, weights):
        self.model.assign(weights)

    def explain(self, name, images, settings, targets):
        from picasso_tb.explanation import ProbeImage, explain_batch
        from picasso_tb.visualizations.declare import find

        method, probes = find(name), [ProbeImage(array=image) for image in images]
        parsed = method.parse(settings)
        found = explain_batch(self.model, self.model.input_spec, probes, method, parsed, targets, 1)
        self.computation = found.computations[0]
        return found

    def occlusion(self, images, positions):
        settings = {"window": WINDOW / images.shape[1], "positions": positions, "score": "logit"}
        targets = np.zeros((len(images), 1), np.int64)
        found = self.explain("occlusion", images, settings, targets).target_arrays["position_scores"]
        return found[:, 0].size

    def saliency(self, images, classes):
        targets = np.tile(np.asarray(classes, np.int64), (len(images), 1))
        maps = self.explain("saliency", images, {}, targets).maps
        return maps.shape[0] * maps.shape[1]


LIBRARIES = {
    "picasso-tb": Ours,
    "picasso-2017": FirstPicasso,
    "xplique": Xplique,
    "tf-explain": TfExplain,
    "tf-keras-vis": TfKerasVis,
    "saliency": Saliency,
}


def one_hot(classes):
    return np.eye(1000, dtype=np.float32)[classes]


class Bench:
    """Asks one library about the weights and pictures of a file."""

    def __init__(self, name, given):
        self.name = name
        self.given = given
        self.side = 0

    def versions(self):
        import tensorflow as tf

        own = {} if self.name == "picasso-2017" else {self.name: version(self.name)}
        return {**own, "tensorflow": tf.__version__}

    def answer(self, question):
        """Seconds and the amount done, for each checkpoint with its weights read and set anew."""
        images = self.images(question["probes"], question["side"])
        if question["side"] != self.side:
            self.build(question["side"])
        asked = range(question["amount"]) if question["method"] == "saliency" else question["amount"]
        method = getattr(self.library, question["method"], None)
        if method is None:
            return {"error": f"has no {question['method']}"}
        done, began = 0, time.perf_counter()
        for _ in range(question["checkpoints"]):
            if question["checkpoints"] > 1:
                getattr(self.library, "set_weights", self.network.set_weights)(self.weights())
            done += int(method(images, asked))
        answer = {"seconds": time.perf_counter() - began, "done": done}
        return answer | ({"computation": self.library.computation} if self.name == "picasso-tb" else {})

    def build(self, side):
        from keras.applications import MobileNetV2

        self.side = side
        self.network = MobileNetV2((side, side, 3), weights=None, classifier_activation=None)
        self.network.set_weights(self.weights())
        self.library = LIBRARIES[self.name](self.network)

    def weights(self):
        with np.load(self.given) as given:
            return [given[f"arr_{number}"] for number in range(1, len(given.files))]

    def images(self, count, side):
        with np.load(self.given) as given:
            images = given["arr_0"][:count]
        nearest = np.arange(side) * images.shape[1] // side
        return np.ascontiguousarray(images[:, nearest][:, :, nearest])


def main():
    bench = Bench(*sys.argv[1:])
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = bench.versions() if question["method"] == "versions" else bench.answer(question)
        except Exception as error:  # whatever a library raises is what the table says of it
            said = str(error).strip().splitlines()
            answer = {"error": f"does not run: {type(error).__name__}: {said[-1][:200] if said else ''}"}
        print(f"answer {json.dumps(answer)}", flush=True)


if __name__ == "__main__":
    main()

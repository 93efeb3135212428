"""Run as a program: a Keras training that logs every iteration until it is killed, and prints its size."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import psutil

from picasso_tb import PicassoCallback

WARM_UP, CHECKPOINTS = 20, 100


class SayMemory(keras.callbacks.Callback):
    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        if int(self.model.optimizer.iterations) in (WARM_UP, WARM_UP + CHECKPOINTS):
            print(psutil.Process().memory_info().rss, flush=True)


if __name__ == "__main__":
    model = keras.Sequential(
        [
            keras.Input((20, 30, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(1000),  # 2.4 MB
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", jit_compile=False)
    images = np.zeros((8, 20, 30, 1), np.float32)
    callback = PicassoCallback(sys.argv[1], images, every=1, keep=5, prove=False)
    model.fit(images, np.zeros(8), epochs=10**6, batch_size=1, callbacks=[callback, SayMemory()], verbose=0)

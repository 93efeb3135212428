"""How jax.keras and torch.keras were made, with Keras 3.15: KERAS_BACKEND=torch python make_files.py"""

import pathlib

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
inputs = layers.Input((7, 9, 3))
x = layers.Conv2D(4, 3, activation="relu")(inputs)
x = layers.GlobalAveragePooling2D()(layers.BatchNormalization()(x))
model = keras.Model(inputs, layers.Dense(3, activation="softmax")(x))
model.compile("sgd", "sparse_categorical_crossentropy")
images = np.random.default_rng(0).uniform(0, 1, (16, 7, 9, 3)).astype(np.float32)
model.fit(images, np.arange(16) % 3, epochs=20, verbose=0)
model.save(pathlib.Path(__file__).with_name(f"{keras.backend.backend()}.keras"))
print(keras.backend.backend(), model.predict(images[:2], verbose=0).tolist())

#!/usr/bin/env python3
"""Makes Tests/Fixtures/training/: what tf_keras' GradientTape and its optimisers do, for the tests of our training.

    .venv-keras/bin/python scripts/make_training_fixtures.py Tests/Fixtures

gradients.h5  per network of Tests/Fixtures/zoo: inputs, cotangents of the outputs, the gradient of each layer's trainable weights
steps.h5      per small model: architecture, data, initial weights, then losses and weights after steps of an optimiser on given batches
"""

import os
import pathlib
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # the package `attention` takes the Keras that TensorFlow offers

import h5py
import numpy as np
import tensorflow as tf
import tf_keras as keras
from attention import Attention

rng = np.random.RandomState(11)


def flat(arrays):
    return np.concatenate([np.asarray(a, "float32").ravel() for a in arrays]) if arrays else np.zeros(0, "float32")


def inputs_of(model):
    takes_tokens = {
        layer.input.name for layer in model.layers if isinstance(layer, keras.layers.Embedding)}
    values = []
    for tensor in model.inputs:
        shape = (2,) + tuple(n or 5 for n in tensor.shape[1:])
        if tensor.name in takes_tokens:
            values.append(rng.randint(0, 5, shape).astype("float32"))
        else:
            values.append(rng.uniform(-1, 1, shape).astype("float32"))
    return values


def gradients(zoo, out):
    for path in sorted(zoo.glob("*.k2.h5")):
        try:
            model = keras.models.load_model(path, compile=False, custom_objects={"Attention": Attention}
                                            if "pkg" in path.name else None)
        except Exception as error:
            print("left out:", path.name, str(error).splitlines()[0][:90])
            continue
        if sum(np.prod(w.shape) for w in model.weights) > 400:
            print("left out:", path.name, "it is large")
            continue
        x = inputs_of(model)
        with tf.GradientTape() as tape:
            y = model([tf.constant(v) for v in x] if len(x) > 1 else tf.constant(x[0]))
            y = y if isinstance(y, (list, tuple)) else [y]
            u = [rng.normal(size=v.shape).astype("float32") for v in y]
            loss = tf.add_n([tf.reduce_sum(a * b) for a, b in zip(y, u)])
        layers = [layer for layer in model.layers if layer.trainable_weights]
        wanted = [w for layer in layers for w in layer.trainable_weights]
        found = tape.gradient(loss, wanted)
        values = dict(zip([w.ref() for w in wanted],
                          [np.zeros(w.shape) if g is None else tf.convert_to_tensor(g).numpy()
                           for w, g in zip(wanted, found)]))
        group = out.create_group(path.name)
        for k, v in enumerate(x):
            group[f"x{k}"] = v
        for k, v in enumerate(u):
            group[f"u{k}"] = v
        for layer in layers:
            group[f"layers/{layer.name}"] = flat([values[w.ref()] for w in layer.trainable_weights])


def founding(score):
    return keras.Sequential([
        keras.layers.InputLayer((8, 1)), keras.layers.LSTM(12, return_sequences=True),
        Attention(units=10, score=score), keras.layers.Dropout(0.0), keras.layers.Dense(1)])


def normalised():
    return keras.Sequential([
        keras.layers.InputLayer((6, 2)), keras.layers.Conv1D(4, 3), keras.layers.BatchNormalization(momentum=0.9),
        keras.layers.ReLU(), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(3),
        keras.layers.BatchNormalization(), keras.layers.Dense(2, activation="sigmoid")])


def tokens():
    return keras.Sequential([
        keras.layers.InputLayer((6,)), keras.layers.Embedding(7, 4, mask_zero=True),
        keras.layers.Bidirectional(keras.layers.GRU(3, return_sequences=True)), keras.layers.LSTM(4),
        keras.layers.Dense(3, activation="softmax")])


def sums(count):
    x = rng.uniform(size=(count, 8)).astype("float32")
    a = rng.randint(1, 8, count)
    y = np.array([r[:k].sum() for r, k in zip(x, a)], "float32")
    x[np.arange(count), a] = 0
    return x[..., None], y[:, None]


def steps(out):
    optimizers = keras.optimizers
    cases = {
        "adam": (founding("luong"), "mse", optimizers.Adam(), 50, 8),
        "bahdanau": (founding("bahdanau"), "mae", optimizers.Adam(0.01, clipvalue=0.01), 20, 8),
        "sgd": (founding("luong"), "mse", optimizers.SGD(clipnorm=0.5), 20, 8),
        "momentum": (normalised(), "binary_crossentropy",
                     optimizers.SGD(0.05, momentum=0.9, nesterov=True), 20, 8),
        "plain_momentum": (founding("luong"), "mse", optimizers.SGD(momentum=0.9, global_clipnorm=1.0), 20, 8),
        "rmsprop": (tokens(), "categorical_crossentropy", optimizers.RMSprop(0.01), 20, 8),
    }
    x_sums, y_sums = sums(400)
    out["x"], out["y"] = x_sums, y_sums
    for name, (model, loss, optimizer, count, batch) in cases.items():
        model.compile(optimizer, loss)
        if name == "momentum":
            x = rng.normal(size=(count * batch, 6, 2)).astype("float32")
            y = rng.randint(0, 2, (count * batch, 2)).astype("float32")
        elif name == "rmsprop":
            x = rng.randint(0, 7, (count * batch, 6)).astype("float32")
            x[:, 0] = np.maximum(x[:, 0], 1)
            y = np.eye(3, dtype="float32")[rng.randint(0, 3, count * batch)]
        else:
            x, y = x_sums[:count * batch], y_sums[:count * batch]
        group = out.create_group(name)
        group.attrs["config"] = model.to_json()
        if name in ("momentum", "rmsprop"):
            group["x"], group["y"] = x, y
        # Layer by layer, as our order is (a Sequential's own list is the same).
        group["initial"] = flat([w for layer in model.layers for w in layer.get_weights()])
        losses = []
        for step in range(count):
            rows = slice(step * batch, (step + 1) * batch)
            losses.append(model.train_on_batch(x[rows], y[rows]))
        group["losses"] = np.array(losses, "float32")
        group["final"] = flat([w for layer in model.layers for w in layer.get_weights()])
        print(name, losses[0], losses[-1])


def main():
    fixtures = pathlib.Path(sys.argv[1])
    keras.utils.set_random_seed(3)
    with h5py.File(fixtures / "training/gradients.h5", "w", libver="latest") as out:
        gradients(fixtures / "zoo", out)
    with h5py.File(fixtures / "training/steps.h5", "w", libver="latest") as out:
        steps(out)


main()

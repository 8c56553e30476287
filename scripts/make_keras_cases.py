#!/usr/bin/env python3
"""Makes Tests/Fixtures/keras/: small models written by Keras 2, with Keras' own numbers beside the weights.

    .venv-keras/bin/python scripts/make_keras_cases.py Tests/Fixtures/keras

weighted_average  a model of textgenrnn's shape, with the attention layer of DeepMoji and textgenrnn
softmax_axis      attention by hand: scores N x T x 1, Softmax(axis=1), Multiply
bidirectional_masked  masked steps reach the output: Masking, Bidirectional over a sequence, Flatten; by LSTM and by GRU
"""

import json
import pathlib
import sys

import h5py
import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras import backend as K


class AttentionWeightedAverage(keras.layers.Layer):
    def build(self, shape):
        self.W = self.add_weight(shape=(shape[-1], 1), name=f"{self.name}_W", initializer="uniform")

    def call(self, x):
        logits = tf.squeeze(tf.matmul(x, self.W[None]), -1)
        exponentials = K.exp(logits - K.max(logits, axis=-1, keepdims=True))
        weights = exponentials / (K.sum(exponentials, axis=1, keepdims=True) + K.epsilon())
        return K.sum(x * K.expand_dims(weights), axis=1), weights


def randomise(model, rng):
    model.set_weights([rng.normal(0, 0.5, w.shape) for w in model.get_weights()])


def weighted_average(folder, rng):
    tokens = keras.Input((9,), name="input")
    embedded = keras.layers.Embedding(11, 4, name="embedding")(tokens)
    first = keras.layers.LSTM(3, return_sequences=True, name="rnn_1")(embedded)
    second = keras.layers.LSTM(3, return_sequences=True, name="rnn_2")(first)
    joined = keras.layers.Concatenate(name="rnn_concat")([embedded, first, second])
    context, weights = AttentionWeightedAverage(name="attention")(joined)
    output = keras.layers.Dense(5, activation="softmax", name="output")(context)
    model = keras.Model(tokens, output)
    randomise(model, rng)
    model.save_weights(folder / "weighted_average.k2w.h5")
    (folder / "weighted_average.k2.json").write_text(json.dumps(json.loads(model.to_json()), indent=1))
    x = rng.randint(0, 11, (3, 9)).astype("int32")
    tail = keras.Model(embedded, [output, weights])
    e = tf.constant(model.get_layer("embedding")(x))
    with tf.GradientTape() as tape:
        tape.watch(e)
        y, a = tail(e)
    with h5py.File(folder / "weighted_average.k2.expected.h5", "w") as out:
        out["x0"], out["y"], out["attention/attention"] = x, y.numpy(), a.numpy()
        out["embedding_out"], out["jac_embedding"] = e.numpy(), tape.batch_jacobian(y, e).numpy()


def softmax_axis(folder, rng):
    sequence = keras.Input((7, 2), name="sequence")
    states = keras.layers.LSTM(4, return_sequences=True, name="lstm")(sequence)
    scores = keras.layers.Dense(1, activation="tanh", name="scores")(states)
    weights = keras.layers.Softmax(axis=1, name="weights")(scores)
    weighted = keras.layers.Multiply(name="weighted")([states, weights])
    pooled = keras.layers.GlobalAveragePooling1D(name="pooled")(weighted)
    model = keras.Model(sequence, keras.layers.Dense(1, name="output")(pooled))
    randomise(model, rng)
    model.save(folder / "softmax_axis.k2.h5")
    x = tf.constant(rng.normal(0, 1, (3, 7, 2)).astype("float32"))
    both = keras.Model(sequence, [model.output, weights])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, a = both(x)
    with h5py.File(folder / "softmax_axis.k2.expected.h5", "w") as out:
        out["x0"], out["y"], out["attention/weights"] = x.numpy(), y.numpy(), a.numpy()
        out["jac0"] = tape.batch_jacobian(y, x).numpy()


def bidirectional_masked(folder, rng, kind):
    sequence = keras.Input((6, 3), name="sequence")
    masked = keras.layers.Masking(name="masking")(sequence)
    layer = getattr(keras.layers, kind)(4, return_sequences=True, name="rnn")
    states = keras.layers.Bidirectional(layer, name="bidirectional")(masked)
    model = keras.Model(sequence, keras.layers.Dense(1, name="output")(keras.layers.Flatten(name="flatten")(states)))
    randomise(model, rng)
    name = f"bidirectional_masked_{kind.lower()}"
    model.save(folder / f"{name}.k2.h5")
    x = rng.normal(0, 1, (4, 6, 3)).astype("float32")
    # At the end, at the start, in the middle, and nowhere.
    x[0, 4:], x[1, :2], x[2, 2:4] = 0, 0, 0
    x = tf.constant(x)
    both = keras.Model(sequence, [model.output, states])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, h = both(x)
    with h5py.File(folder / f"{name}.k2.expected.h5", "w") as out:
        out["x0"], out["y"], out["layers/bidirectional/0"] = x.numpy(), y.numpy(), h.numpy()
        out["jac0"] = tape.batch_jacobian(y, x).numpy()


def main():
    folder = pathlib.Path(sys.argv[1])
    weighted_average(folder, np.random.RandomState(7))
    softmax_axis(folder, np.random.RandomState(8))
    bidirectional_masked(folder, np.random.RandomState(9), "LSTM")
    bidirectional_masked(folder, np.random.RandomState(10), "GRU")


if __name__ == "__main__":
    main()

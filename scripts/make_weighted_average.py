#!/usr/bin/env python3
"""Makes Tests/Fixtures/keras/weighted_average.k2*: a small model of textgenrnn's shape, written by Keras 2.

    .venv-keras/bin/python scripts/make_weighted_average.py Tests/Fixtures/keras

The attention layer is the one of DeepMoji and textgenrnn; the numbers beside the weights are Keras' own.
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


def main():
    folder = pathlib.Path(sys.argv[1])
    rng = np.random.RandomState(7)
    tokens = keras.Input((9,), name="input")
    embedded = keras.layers.Embedding(11, 4, name="embedding")(tokens)
    first = keras.layers.LSTM(3, return_sequences=True, name="rnn_1")(embedded)
    second = keras.layers.LSTM(3, return_sequences=True, name="rnn_2")(first)
    joined = keras.layers.Concatenate(name="rnn_concat")([embedded, first, second])
    context, weights = AttentionWeightedAverage(name="attention")(joined)
    output = keras.layers.Dense(5, activation="softmax", name="output")(context)
    model = keras.Model(tokens, output)
    model.set_weights([rng.normal(0, 0.5, w.shape) for w in model.get_weights()])
    model.save_weights(folder / "weighted_average.k2w.h5")
    config = json.loads(model.to_json())
    (folder / "weighted_average.k2.json").write_text(json.dumps(config, indent=1))
    x = rng.randint(0, 11, (3, 9)).astype("int32")
    tail = keras.Model(embedded, [output, weights])
    e = tf.constant(model.get_layer("embedding")(x))
    with tf.GradientTape() as tape:
        tape.watch(e)
        y, a = tail(e)
    jacobian = tape.batch_jacobian(y, e)
    with h5py.File(folder / "weighted_average.k2.expected.h5", "w") as out:
        out["x0"], out["y"], out["attention/attention"] = x, y.numpy(), a.numpy()
        out["embedding_out"], out["jac_embedding"] = e.numpy(), jacobian.numpy()


if __name__ == "__main__":
    main()

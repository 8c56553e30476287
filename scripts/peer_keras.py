"""Keras (tf_keras, compiled functions) as a contestant; as a program, a user's whole pipeline.

    python scripts/peer_keras.py pipeline COUNT STEPS OUT.npz
"""

import sys
import time

import h5py
import keras_run
import numpy as np


class Gradients:
    """Predictions, attention and input gradients of each checkpoint. Setting the weights is not counted."""

    def __init__(self, paths, x):
        import tensorflow as tf

        self.x = tf.constant(x)
        self.model, self.evaluate = keras_run.build()
        self.weights = []
        for path in paths:
            self.model.load_weights(str(path))
            self.weights.append(self.model.get_weights())

    def run(self):
        self.values, seconds = [], 0.0
        for weights in self.weights:
            self.model.set_weights(weights)
            started = time.perf_counter()
            attention, y, gradient = (array.numpy() for array in self.evaluate(self.x))
            seconds += time.perf_counter() - started
            self.values += [y, attention, gradient]
        return seconds

    def result(self):
        return np.concatenate([value.ravel() for value in self.values])


def integrated_gradients(model, x, steps, batch):
    """A function of no arguments: integrated gradients with a zero baseline, many sequences in each compiled call."""
    import tensorflow as tf

    nodes, weights = np.polynomial.legendre.leggauss(steps)
    nodes, weights = ((nodes + 1) / 2).astype(np.float32), (weights / 2).astype(np.float32)
    per_call = max(1, batch // len(x))

    @tf.function(reduce_retracing=True)
    def part(alphas, shares):
        points = tf.reshape(alphas[:, None, None, None] * x[None], (-1, *x.shape[1:]))
        with tf.GradientTape() as tape:
            tape.watch(points)
            total = tf.reduce_sum(model(points, training=False))
        gradients = tf.reshape(tape.gradient(total, points), (-1, *x.shape))
        return tf.einsum("s,sntf->ntf", shares, gradients)

    def attributions():
        parts = [part(nodes[i : i + per_call], weights[i : i + per_call]) for i in range(0, steps, per_call)]
        return (sum(parts[1:], parts[0]) * x).numpy()

    return attributions


class Integrated:
    """Integrated gradients of each checkpoint. Setting the weights is not counted."""

    def __init__(self, paths, x, steps, batch):
        self.gradients = Gradients(paths, x)
        self.attributions = integrated_gradients(self.gradients.model, x, steps, batch)

    def run(self):
        self.values, seconds = [], 0.0
        for weights in self.gradients.weights:
            self.gradients.model.set_weights(weights)
            started = time.perf_counter()
            self.values.append(self.attributions())
            seconds += time.perf_counter() - started
        return seconds

    def result(self):
        return np.concatenate([value.ravel() for value in self.values])


def block(length, width, heads, seed=7):
    """A transformer's encoder block with a mean and a Dense(1) behind it."""
    import tf_keras as keras

    keras.utils.set_random_seed(seed)
    layers = keras.layers
    x = layers.Input((length, width))
    h = layers.Add()([x, layers.MultiHeadAttention(heads, width // heads)(x, x)])
    h = layers.LayerNormalization()(h)
    h = layers.Add()([h, layers.Dense(width)(layers.Dense(4 * width, activation="relu")(h))])
    h = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(h))
    return keras.Model(x, layers.Dense(1)(h))


class BlockGradients:
    """Forward and input gradient of a block."""

    def __init__(self, model, x):
        import tensorflow as tf

        self.x = tf.constant(x)

        @tf.function
        def evaluate(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = model(x, training=False)
                total = tf.reduce_sum(y)
            return y, tape.gradient(total, x)

        self.evaluate = evaluate

    def run(self):
        started = time.perf_counter()
        self.values = [array.numpy() for array in self.evaluate(self.x)]
        return time.perf_counter() - started

    def result(self):
        return np.concatenate([value.ravel() for value in self.values])


class Training:
    """Epochs of the founding training: 20,000 sequences, batches of 64, Adam, then 4,000 for validation."""

    def __init__(self):
        generator = np.random.default_rng(7)

        def sequences(count):
            x = generator.random((count, 20)).astype(np.float32)
            place = generator.integers(1, 20, count)
            x[np.arange(count), place] = 0
            y = np.where(np.arange(20) < place[:, None], x, 0).sum(1)
            return x[..., None], y[:, None].astype(np.float32)

        self.model, _ = keras_run.build()
        self.model.compile(loss="mse", optimizer="adam")
        self.training, self.validation = sequences(20_000), sequences(4_000)

    def run(self):
        started = time.perf_counter()
        self.model.fit(*self.training, validation_data=self.validation, batch_size=64, epochs=1, verbose=0)
        return time.perf_counter() - started


def pipeline(count, steps, out):
    """What a user writes: each checkpoint's attention, predictions and gradients, then NumPy metrics against the masks."""
    import peer_metrics
    import tensorflow as tf

    with h5py.File(keras_run.RUN / "probes.h5") as file:
        x = file["rnd256/inputs"][()]
        place = file["rnd256/delimiter_index"][()]
    positions = np.arange(x.shape[1])
    masks = {
        "before": positions < place[:, None], "at": positions == place[:, None], "after": positions > place[:, None],
        "last": np.broadcast_to(positions == x.shape[1] - 1, x.shape[:2]),
    }  # fmt: skip
    model, evaluate = keras_run.build()
    attributions = integrated_gradients(model, x, steps, 2048) if steps else None
    resamples = peer_metrics.resamples(len(x), 2000)
    values = {}
    for epoch, path in keras_run.checkpoints()[:count]:
        model.load_weights(str(path))
        attention, y, gradient = (array.numpy() for array in evaluate(tf.constant(x)))
        sources = {"attention": attention, "saliency": np.abs(gradient[..., 0]), "gxi": np.abs((gradient * x)[..., 0])}
        if attributions:
            sources["ig"] = np.abs(attributions()[..., 0])
        values[f"{epoch}/predictions"] = y
        for source, maps in sources.items():
            values[f"{epoch}/{source}"] = maps
            for name, column in peer_metrics.by_hand(maps.astype(np.float64), masks).items():
                values[f"{epoch}/{source}/{name}"] = np.array(peer_metrics.estimate(column, resamples))
    np.savez(out, **values)


if __name__ == "__main__":
    if sys.argv[1] == "pipeline":
        pipeline(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])

"""The founding model in Keras: what the scripts beside this one share."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

from pathlib import Path

RUN = Path(__file__).resolve().parent.parent / "notebooks-data" / "sum-before-delimiter"


def checkpoints():
    """(epoch, path) of the bundled run, in order."""
    return sorted((int(path.stem.split("-")[1]), path) for path in RUN.glob("ckpt-*.h5"))


def build():
    """The model, and a compiled function from sequences to (attention, predictions, d sum(y)/dx).

    The attention comes from calling the Attention layer's own Keras sub-layers, one by one.
    """
    import tensorflow as tf
    import tf_keras as keras
    from attention import Attention

    model = keras.Sequential(
        [
            keras.layers.LSTM(100, return_sequences=True, input_shape=(20, 1)),
            Attention(units=128, score="luong", name="attention_weight"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(1),
        ]
    )
    model.build((None, 20, 1))
    lstm, attention = model.layers[0], model.layers[1]

    @tf.function(reduce_retracing=True)
    def evaluate(x):
        states = lstm(x, training=False)
        scores = tf.einsum("btd,bd->bt", attention.luong_w(states), states[:, -1])
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = model(x, training=False)
            total = tf.reduce_sum(y)
        return tf.nn.softmax(scores), y, tape.gradient(total, x)

    return model, evaluate

#!/usr/bin/env python3
"""Compares an analysis of the bundled run with live Keras, checkpoint by checkpoint.

    .venv-keras/bin/python scripts/check_against_keras.py DIR

Attention and predictions: 2e-5 absolute, times the magnitude above 1. Gradients: 1e-3 of the sequence's largest entry.
"""

import sys
from pathlib import Path

import keras_run


def main():
    import h5py
    import numpy as np
    import tensorflow as tf

    model, evaluate = keras_run.build()
    worst = {"attention": 0.0, "predictions": 0.0, "saliency": 0.0, "gradient_x_input": 0.0}
    with h5py.File(Path(sys.argv[1]) / "analysis.h5") as analysis, h5py.File(keras_run.RUN / "probes.h5") as probes:
        x = probes["rnd256/inputs"][()]
        assert analysis["epoch"][()].tolist() == [epoch for epoch, _ in keras_run.checkpoints()]
        for row, (epoch, path) in enumerate(keras_run.checkpoints()):
            model.load_weights(str(path))
            attention, y, gradient = (array.numpy() for array in evaluate(tf.constant(x)))

            def absolute(found, reference):
                return float(np.max(np.abs(found - reference) / np.maximum(1, np.abs(reference))))

            def relative(found, reference):
                scale = np.abs(reference).max(axis=1, keepdims=True)
                return float(np.max(np.abs(found - reference) / scale))

            found = {
                "attention": absolute(analysis["attention/attention_weight"][row], attention),
                "predictions": absolute(analysis["predictions"][row], y),
                "saliency": relative(analysis["attribution/saliency"][row], np.abs(gradient[..., 0])),
                "gradient_x_input": relative(analysis["attribution/gradient_x_input"][row], (gradient * x)[..., 0]),
            }
            worst = {what: max(worst[what], found[what]) for what in worst}
    bounds = {"attention": 2e-5, "predictions": 2e-5, "saliency": 1e-3, "gradient_x_input": 1e-3}
    for what, difference in worst.items():
        print(f"{what:17} largest difference {difference:.2g} (bound {bounds[what]:g})")
    if any(worst[what] > bounds[what] for what in worst):
        sys.exit("Fovea and Keras disagree.")
    print("Fovea and Keras agree.")


if __name__ == "__main__":
    main()

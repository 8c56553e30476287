#!/usr/bin/env python3
"""Makes Tests/Fixtures/run-luong/reference.h5 anew: Keras' attention, predictions and gradients for the bundled run.

    .venv-keras/bin/python scripts/make_references.py OUT.h5
"""

import sys

import keras_run


def main():
    import h5py
    import tensorflow as tf

    model, evaluate = keras_run.build()
    with h5py.File(keras_run.RUN / "probes.h5") as probes, h5py.File(sys.argv[1], "w") as out:
        for epoch, path in keras_run.checkpoints():
            model.load_weights(str(path))
            for name in ("rnd256", "test10"):
                arrays = evaluate(tf.constant(probes[f"{name}/inputs"][()]))
                for what, array in zip(("attention", "prediction", "grad"), arrays):
                    out.create_dataset(
                        f"epoch-{epoch:03d}/{name}/{what}", data=array.numpy(), compression="gzip", shuffle=True
                    )


if __name__ == "__main__":
    main()

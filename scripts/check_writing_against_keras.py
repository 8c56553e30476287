#!/usr/bin/env python3
"""Opens the checkpoints that Fovea writes in live Keras and compares predictions.

    .venv-keras/bin/python scripts/check_writing_against_keras.py FOVEA [CASE ...]

Every network of Tests/Fixtures/zoo, as tf_keras and Keras 3 saved it, is written by `fovea convert` in each format and opened by the
Keras that reads the format: legacy HDF5 (model, and weights alone) by tf_keras, v3 weights and .keras archives by Keras 3. The predictions
must be those that Keras made when the case was recorded, within 1e-5 times the magnitude above 1. Networks that one of the two Keras cannot
have at all are listed with the reason.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ZOO = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures" / "zoo"
BOUND = 1e-5
# The name of the file decides what Keras takes it for.
FORMATS = {
    "tf_keras": [("h5", "model.h5"), ("weights-h5", "only.h5")],
    "keras": [("keras", "model.keras"), ("weights-v3", "only.weights.h5")],
}
LOST = "a flat list of layers whose graph Keras itself loses"
CODE = "a Lambda, whose code Fovea does not carry over"
OLD = "the package's release 4.1, which is not installed"
SIGMOID = "hard_sigmoid, which the two compute differently: Fovea refuses to translate it"
# What no file could make a Keras open.
IMPOSSIBLE = {
    "tf_keras": {"activations.k3": SIGMOID},
    "keras": {"activations.k2": SIGMOID},
}
for table in IMPOSSIBLE.values():
    table.update({"pkg_2020_09_sequential.k2": LOST, "pkg_2021_03_functional.k2": CODE, "pkg_4_1.k2": OLD})


def custom_objects(case):
    if case.startswith("pkg"):
        from attention import Attention

        return {"Attention": Attention}
    if case.startswith("ssa"):
        from keras_self_attention import SeqSelfAttention, SeqWeightedAttention

        return {"SeqSelfAttention": SeqSelfAttention, "SeqWeightedAttention": SeqWeightedAttention}
    return {}


def check(which, fovea, cases):
    """Runs in a process of its own, since TensorFlow takes its Keras when it is first imported."""
    import h5py
    import numpy as np
    import tensorflow as tf

    keras = __import__(which)
    assert tf.keras.__name__.startswith(("tf_keras", "keras.api._v2") if which == "tf_keras" else "keras._tf_keras"), tf.keras
    print(f"== {which} {keras.__version__}", flush=True)

    def opened(path, objects, x):
        if which == "keras" and "Attention" in objects:
            # The package's layer makes its parts when it is first called, and Keras 3 does not call it while it loads: it cannot load
            # its own archives of it in one step either.
            config = json.loads(zipfile.ZipFile(path).read("config.json"))
            model = keras.saving.deserialize_keras_object(config, custom_objects=objects)
            model(x)
            model.load_weights(path)
            return model
        return keras.models.load_model(path, custom_objects=objects)

    failures = 0
    for case in cases:
        if case in IMPOSSIBLE[which]:
            print(f"{case:36} not tried: {IMPOSSIBLE[which][case]}")
            continue
        # A package's layer may share its name with Keras' own, so each model is given those that it has.
        objects = custom_objects(case)
        with h5py.File(ZOO / f"{case}.expected.h5") as expected, tempfile.TemporaryDirectory() as folder:
            y = expected["y"][()]
            x = []
            while f"x{len(x)}" in expected:
                x.append(expected[f"x{len(x)}"][()])
            x = x[0] if len(x) == 1 else x
            found = []
            for index, (format, name) in enumerate(FORMATS[which]):
                path = os.path.join(folder, name)
                try:
                    subprocess.run(
                        [fovea, "convert", ZOO / f"{case}.h5", "-o", path, "--format", format, "--quiet"],
                        check=True, capture_output=True, text=True)
                    if index == 0:
                        model = opened(path, objects, x)
                    else:
                        # Weights alone go into the model just opened, after all of its own are gone.
                        model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
                        model.load_weights(path)
                    result = model(x)
                    result = np.asarray(result[0] if isinstance(result, (list, tuple)) else result)
                    difference = float(np.max(np.abs(result - y) / np.maximum(1, np.abs(y))))
                    failures += not difference <= BOUND
                    found.append(f"{format} {difference:.1g}" + ("" if difference <= BOUND else " TOO MUCH"))
                except subprocess.CalledProcessError as error:
                    failures += 1
                    found.append(f"{format} NOT WRITTEN: {error.stderr.strip()}")
                    break
                except Exception as error:
                    failures += 1
                    found.append(f"{format} NOT OPENED: {type(error).__name__}: {str(error)[:1000]}")
                    break
            print(f"{case:36} " + ", ".join(found), flush=True)
    return failures + (bundled_run(keras, fovea) if which == "tf_keras" else 0)


def bundled_run(keras, fovea):
    """A checkpoint of weights only, made a full model by what Fovea infers, against the same weights in the model as it was trained."""
    import h5py
    import keras_run
    import numpy as np

    model, _ = keras_run.build()
    epoch, weights = keras_run.checkpoints()[-1]
    model.load_weights(str(weights))
    with h5py.File(keras_run.RUN / "probes.h5") as probes, tempfile.TemporaryDirectory() as folder:
        x = probes["rnd256/inputs"][()]
        path = os.path.join(folder, "model.h5")
        subprocess.run([fovea, "convert", weights, "-o", path, "--quiet"], check=True)
        found = keras.models.load_model(path, custom_objects=custom_objects("pkg"))(x)
        difference = float(np.max(np.abs(found - model(x, training=False))))
    print(f"bundled run, epoch {epoch}, inferred   h5 {difference:.1g}")
    return int(not difference <= BOUND)


def main():
    if os.environ.get("FOVEA_CHECK"):
        sys.exit(min(99, check(os.environ["FOVEA_CHECK"], sys.argv[1], sys.argv[2:])))
    fovea = str(Path(sys.argv[1]).resolve())
    cases = sys.argv[2:] or sorted(path.name.removesuffix(".expected.h5") for path in ZOO.glob("*.expected.h5"))
    failures = 0
    for which in FORMATS:
        environment = dict(os.environ, FOVEA_CHECK=which, TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
        environment["TF_USE_LEGACY_KERAS"] = "1" if which == "tf_keras" else "0"
        environment["TF_KERAS"] = "1"  # keras-self-attention then takes TensorFlow's Keras
        failures += subprocess.run([sys.executable, __file__, fovea] + cases, env=environment).returncode
    if failures:
        sys.exit("Keras does not read all that Fovea writes.")
    print("Keras reads what Fovea writes.")


if __name__ == "__main__":
    main()

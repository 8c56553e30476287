"""Trims Keras' integrated gradients of the bundled run to a fixture.

usage: make_ig_fixture.py REFERENCE.h5 IG_EXTRA.h5 OUT.h5

REFERENCE.h5 holds /epoch-EEE/SET/ig (tf_keras 2.21, GradientTape, training=False; zero baseline, 64 steps, Riemann middle),
IG_EXTRA.h5 holds /SET/BASELINE/steps_N at epoch 200 with the baselines 0, 0.5 and 1. Kept: the first 4 of both sets at every
epoch, and of epoch 200 test10 with 64 and 256 steps and the first 8 of rnd256 with 64.
"""
import sys

import h5py
import numpy as np

reference, extra, out = sys.argv[1:]
with h5py.File(reference) as source, h5py.File(extra) as more, h5py.File(out, "w", libver="earliest") as target:
    target.attrs["made_by"] = (
        "tf_keras 2.21.0 with attention 5.0.0 from the bundled checkpoints: ig = (x - x') * mean_k grad f(x' + alpha_k (x - x')), "
        "alpha_k = (k + 0.5) / steps, float32, training=False; ig: zero baseline, 64 steps; extra: epoch 200"
    )
    epochs = sorted(int(name[-3:]) for name in source if name.startswith("epoch-"))
    target["epoch"] = np.array(epochs, dtype="int32")
    for name in ("test10", "rnd256"):
        target[f"ig/{name}"] = np.stack([source[f"epoch-{epoch:03d}/{name}/ig"][:4] for epoch in epochs])
    for name, limit, count in (("test10", 256, 10), ("rnd256", 64, 8)):
        for baseline in more[name]:
            for steps, data in more[f"{name}/{baseline}"].items():
                if int(steps.split("_")[1]) <= limit:
                    place = target.create_dataset(f"extra/{name}/{baseline}/{steps}", data=data[:count])
                    if count == len(data):
                        place.attrs["completeness_max_abs_gap"] = data.attrs["completeness_max_abs_gap"]

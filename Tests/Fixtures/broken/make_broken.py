#!/usr/bin/env python3
"""Makes the broken checkpoints and probe sets of this folder from ../zoo/pkg_luong.k2w.h5. Needs h5py and numpy."""

import shutil
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
GOOD = HERE.parent / "zoo" / "pkg_luong.k2w.h5"
KERNEL = "lstm/lstm/lstm_cell/kernel:0"


def broken(name, change):
    shutil.copy(GOOD, HERE / name)
    with h5py.File(HERE / name, "r+") as file:
        change(file)


def nan(file):
    file[KERNEL][0, 3] = np.nan


def missing(file):
    del file["dense/dense/kernel:0"]


def wrong_shape(file):
    del file[KERNEL]
    file[KERNEL] = np.zeros((3, 12), "float32")


def unknown(file):
    file.attrs["layer_names"] = ["lstm", "attention_weight", "mystery", "dense"]
    group = file.create_group("mystery")
    group.attrs["weight_names"] = ["mystery/alpha:0"]
    group["mystery/alpha:0"] = np.zeros(3, "float32")


broken("nan.h5", nan)
broken("missing-weight.h5", missing)
broken("wrong-shape.h5", wrong_shape)
broken("unknown-layer.h5", unknown)
(HERE / "truncated.h5").write_bytes(GOOD.read_bytes()[: GOOD.stat().st_size // 2])
(HERE / "text.h5").write_text("<html>404 Not Found</html>\n")

random = np.random.RandomState(1)
with h5py.File(HERE / "probes.h5", "w") as file:
    file["good/inputs"] = random.normal(size=(8, 6, 3)).astype("float32")
    file["good/targets"] = random.normal(size=(8, 1)).astype("float32")
    file["features/inputs"] = random.normal(size=(8, 6, 2)).astype("float32")
    file["emptymask/inputs"] = file["good/inputs"][()]
    file["emptymask/masks/answer"] = np.zeros((8, 6), "int8")
    file["noinputs/stuff"] = np.zeros(3)
    file["targets/inputs"] = file["good/inputs"][()]
    file["targets/targets"] = np.zeros((8, 3), "float32")

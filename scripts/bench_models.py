#!/usr/bin/env python3
"""Makes the networks and runs that benchmarks measure: Keras files written with h5py alone, weights drawn with a fixed seed.

    python scripts/bench_models.py FOLDER

FOLDER/luong-UNITS.h5        weights of LSTM(UNITS) -> attention.Attention(128, Luong) -> Dropout -> Dense(1), any length
FOLDER/heads-HEADS-LENGTH.h5 a model: MultiHeadAttention with a residual, LayerNormalization, pooling, Dense(1); 64 features
FOLDER/run-COUNT/            COUNT checkpoints: those of the bundled run again and again under other epochs
"""

import json
import os
import sys
from pathlib import Path

import h5py
import numpy as np

RUN = Path(__file__).resolve().parent.parent / "notebooks-data" / "sum-before-delimiter"


def write_layers(group, layers):
    """`layers`: (name, [(weight's name, values)]) in Keras 2's layout."""
    group.attrs["layer_names"] = [name.encode() for name, _ in layers]
    group.attrs["backend"], group.attrs["keras_version"] = "tensorflow", "2.21.0"
    for name, weights in layers:
        layer = group.create_group(name)
        layer.attrs["weight_names"] = np.array([weight.encode() for weight, _ in weights], dtype="S")
        for weight, values in weights:
            layer.create_dataset(weight, data=np.asarray(values, np.float32))


def glorot(generator, *shape):
    fan = np.prod(shape[:-1]) + shape[-1]
    return generator.uniform(-1, 1, shape) * np.sqrt(6 / fan)


def write_luong(path, units, attention=128, seed=7):
    """Weights without architecture, as the bundled run's."""
    draw = np.random.default_rng(seed)
    bias = np.zeros(4 * units)
    bias[units : 2 * units] = 1
    layers = [
        (
            "lstm",
            [
                ("lstm/lstm_cell/kernel:0", glorot(draw, 1, 4 * units)),
                ("lstm/lstm_cell/recurrent_kernel:0", glorot(draw, units, 4 * units)),
                ("lstm/lstm_cell/bias:0", bias),
            ],
        ),
        (
            "attention_weight",
            [
                ("attention_weight/luong_w/kernel:0", glorot(draw, units, units)),
                ("attention_weight/attention_vector/kernel:0", glorot(draw, 2 * units, attention)),
            ],
        ),
        ("dropout", []),
        ("dense", [("dense/kernel:0", glorot(draw, attention, 1)), ("dense/bias:0", np.zeros(1))]),
    ]
    with h5py.File(path, "w") as file:
        write_layers(file, layers)


def write_heads(path, heads, length, width=64, seed=7):
    """A whole model with its architecture."""
    draw = np.random.default_rng(seed)
    size = width // heads

    def node(name, kind, inputs, **config):
        calls = [[[*source] for source in inputs]] if inputs else []
        return {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": calls}

    layers = [
        node("x", "InputLayer", [], batch_input_shape=[None, length, width], dtype="float32"),
        node(
            "mha", "MultiHeadAttention", [("x", 0, 0, {"value": ["x", 0, 0]})], num_heads=heads, key_dim=size,
            value_dim=size, dropout=0.0, use_bias=True, output_shape=None, attention_axes=[1],
            query_shape=[None, length, width], key_shape=[None, length, width], value_shape=[None, length, width],
        ),
        node("add", "Add", [("x", 0, 0, {}), ("mha", 0, 0, {})]),
        node("norm", "LayerNormalization", [("add", 0, 0, {})], axis=[2], epsilon=0.001, center=True, scale=True),
        node("pool", "GlobalAveragePooling1D", [("norm", 0, 0, {})], data_format="channels_last", keepdims=False),
        node("dense", "Dense", [("pool", 0, 0, {})], units=1, activation="linear", use_bias=True),
    ]  # fmt: skip
    config = {"name": "model", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["dense", 0, 0]]}
    attention = []
    for part in ("query", "key", "value"):
        attention.append((f"mha/{part}/kernel:0", glorot(draw, width, heads * size).reshape(width, heads, size)))
        attention.append((f"mha/{part}/bias:0", np.zeros((heads, size))))
    attention.append(("mha/attention_output/kernel:0", glorot(draw, heads * size, width).reshape(heads, size, width)))
    attention.append(("mha/attention_output/bias:0", np.zeros(width)))
    weights = [
        ("x", []), ("mha", attention), ("add", []),
        ("norm", [("norm/gamma:0", np.ones(width)), ("norm/beta:0", np.zeros(width))]), ("pool", []),
        ("dense", [("dense/kernel:0", glorot(draw, width, 1)), ("dense/bias:0", np.zeros(1))]),
    ]  # fmt: skip
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = "2.21.0", "tensorflow"
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
        write_layers(file.create_group("model_weights"), weights)


def repeat_run(folder, count):
    """`count` checkpoints, the bundled ones in turn."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sources = sorted(RUN.glob("ckpt-*.h5"))
    for epoch in range(count):
        target = folder / f"ckpt-{epoch:04d}.h5"
        if target.exists():
            continue
        try:
            os.link(sources[epoch % len(sources)], target)
        except OSError:  # another file system
            target.write_bytes(sources[epoch % len(sources)].read_bytes())


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for units in (32, 64, 128, 256, 512):
        write_luong(folder / f"luong-{units}.h5", units)
    for heads, length in ((1, 200), (4, 200), (16, 200), (4, 20), (4, 2000)):
        write_heads(folder / f"heads-{heads}-{length}.h5", heads, length)
    for count in (10, 100, 1000):
        repeat_run(folder / f"run-{count}", count)


if __name__ == "__main__":
    main(*sys.argv[1:])

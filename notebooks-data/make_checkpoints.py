#!/usr/bin/env python3
"""Trains the founding model with Keras and leaves the checkpoints that Fovea analyses.

    python make_checkpoints.py -o checkpoints                 # the run that is bundled (about 20 minutes on two cores)
    python make_checkpoints.py --epochs 5 --count 2000 -o try # a quick one

The task: add all the numbers that come before the delimiter. A sequence holds numbers drawn from U(0, 1); the delimiter, 0, is put at
a random place a in 1..length-1; the target is sum(x[:a]).

The model: LSTM(units, return_sequences=True) -> attention.Attention -> Dropout(0.2) -> Dense(1), mean squared error, Adam.

Writes into the folder: ckpt-EEE.h5 for each kept epoch (000 is the untrained model), probes.h5 (probe sets with their masks), and
history.csv. Needs requirements.txt.
"""

import argparse
import csv
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")  # the attention package follows tf.keras; this makes it Keras 2 (tf_keras)

KEPT = [*range(9), 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 48, 56, 64, 80, 96, 112, 128, 150, 175, 200]
ENDINGS = {"weights": ".h5", "full": ".h5", "v3": ".weights.h5", "keras": ".keras"}


def sequences(np, random, count, length, index=None):
    """`count` sequences with their sums and delimiter positions; `index` fixes the delimiter."""
    x = random.uniform(0, 1, (count, length))
    a = np.full(count, index) if index is not None else random.randint(1, length, count)
    x[np.arange(count), a] = 0
    y = np.array([row[:i].sum() for row, i in zip(x, a)])
    return x[..., None].astype("float32"), y[:, None].astype("float32"), a.astype("int32")


def write_probes(np, h5py, path, length):
    """The two probe sets: ten sequences with the delimiter at 4, and 256 with a random one."""
    sets = {
        "test10": sequences(np, np.random.RandomState(10), 10, length, index=min(4, length - 1)),
        "rnd256": sequences(np, np.random.RandomState(256), 256, length),
    }
    with h5py.File(path, "w") as file:
        for name, (x, y, a) in sets.items():
            positions = np.arange(length)[None]
            file[f"{name}/inputs"] = x
            file[f"{name}/targets"] = y
            file[f"{name}/delimiter_index"] = a
            file[f"{name}/masks/before"] = (positions < a[:, None]).astype("float32")
            file[f"{name}/masks/delimiter"] = (positions == a[:, None]).astype("float32")


def build(keras, attention, options):
    return keras.Sequential(
        [
            keras.layers.LSTM(options.units, return_sequences=True, input_shape=(options.length, 1)),
            attention(units=options.attention_units, score=options.score, name="attention_weight"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(1),
        ]
    )


def save(model, folder, epoch, form):
    """Writes beside the final name and renames, so that a reader never sees half a file."""
    ending = ENDINGS[form]
    final = folder / f"ckpt-{epoch:03d}{ending}"
    part = folder / f".part-{epoch:03d}{ending}"
    if form in ("weights", "v3"):
        model.save_weights(part)
    else:
        model.save(part)
    part.replace(final)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--count", type=int, default=20_000, help="training sequences")
    parser.add_argument("--validation", type=int, default=4_000, help="validation sequences")
    parser.add_argument("--length", type=int, default=20, help="positions of a sequence")
    parser.add_argument("--units", type=int, default=100, help="units of the LSTM")
    parser.add_argument("--attention-units", type=int, default=128)
    parser.add_argument("--score", choices=["luong", "bahdanau"], default="luong")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--format", choices=sorted(ENDINGS), default="weights", help="what each checkpoint is")
    parser.add_argument("--keep", help="epochs to keep, such as 0,1,5,10 (default: the bundled run's; 'all' keeps every one)")
    options = parser.parse_args()
    if options.length < 2 or options.epochs < 0:
        parser.error("--length needs at least 2, --epochs at least 0")

    import h5py
    import numpy as np
    import tf_keras as keras
    from attention import Attention

    if options.keep == "all":
        kept = set(range(options.epochs + 1))
    else:
        kept = set(map(int, options.keep.split(","))) if options.keep else set(KEPT)
    kept |= {options.epochs}

    keras.utils.set_random_seed(options.seed)  # Python's, numpy's and TensorFlow's: Keras' initialisers need all three
    x, y, _ = sequences(np, np.random, options.count, options.length)
    x_validation, y_validation, _ = sequences(np, np.random, options.validation, options.length)

    options.output.mkdir(parents=True, exist_ok=True)
    write_probes(np, h5py, options.output / "probes.h5", options.length)
    model = build(keras, Attention, options)
    model.compile(loss="mse", optimizer="adam")
    if 0 in kept:
        save(model, options.output, 0, options.format)

    with open(options.output / "history.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["epoch", "loss", "val_loss", "seconds"])
        for epoch in range(1, options.epochs + 1):
            started = time.perf_counter()
            history = model.fit(
                x, y, validation_data=(x_validation, y_validation), batch_size=options.batch, epochs=1, verbose=0
            ).history
            seconds = time.perf_counter() - started
            loss, validation = history["loss"][0], history["val_loss"][0]
            table.writerow([epoch, f"{loss:.8g}", f"{validation:.8g}", f"{seconds:.2f}"])
            file.flush()
            print(f"epoch {epoch}/{options.epochs}  loss {loss:.4f}  val_loss {validation:.4f}  {seconds:.1f} s", flush=True)
            if epoch in kept:
                save(model, options.output, epoch, options.format)


if __name__ == "__main__":
    main()

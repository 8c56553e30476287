#!/usr/bin/env python3
"""Times `fovea analyze` against Keras on the bundled run, in turn, several times; prints medians and their ratio.

    .venv-keras/bin/python scripts/bench_keras.py [REPETITIONS]

Fovea: the whole process, without drawing: 30 checkpoints × 256 sequences, attention, gradients, all metrics with bootstrap
intervals, all files. Keras: the same checkpoints and sequences, attention, predictions and gradients only; one process, the model
built once, one compiled function. Given both as a whole process and without starting Python and importing TensorFlow.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import keras_run

ROOT = Path(__file__).resolve().parent.parent


def keras_work():
    """Runs in a process of its own; prints the seconds without imports."""
    import h5py
    import tensorflow as tf

    with h5py.File(keras_run.RUN / "probes.h5") as probes:
        x = tf.constant(probes["rnd256/inputs"][()])
    started = time.perf_counter()
    model, evaluate = keras_run.build()
    for _, path in keras_run.checkpoints():
        model.load_weights(str(path))
        [array.numpy() for array in evaluate(x)]
    print(time.perf_counter() - started)


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    fovea, whole, work = [], [], []
    for repetition in range(repetitions + 1):
        with tempfile.TemporaryDirectory() as out:
            started = time.perf_counter()
            subprocess.run(
                [ROOT / ".build/release/fovea", "analyze", keras_run.RUN, "--data", f"{keras_run.RUN}/probes.h5:/rnd256"]
                + ["--delimiter", "0", "-o", f"{out}/a", "--no-render", "--quiet"],
                check=True,
            )
            seconds = time.perf_counter() - started
        started = time.perf_counter()
        keras = subprocess.run(
            [sys.executable, __file__, "--keras"], check=True, capture_output=True, text=True, env=os.environ
        )
        if repetition:  # the first of each warms the disk's cache
            fovea.append(seconds)
            whole.append(time.perf_counter() - started)
            work.append(float(keras.stdout.split()[-1]))
    ours = statistics.median(fovea)
    print(f"fovea analyze, whole process            {ours:6.2f} s")
    print(f"Keras, whole process                    {statistics.median(whole):6.2f} s  = {statistics.median(whole) / ours:.1f} ×")
    print(f"Keras, without imports                  {statistics.median(work):6.2f} s  = {statistics.median(work) / ours:.1f} ×")


if __name__ == "__main__":
    keras_work() if sys.argv[1:] == ["--keras"] else main()

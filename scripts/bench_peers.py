#!/usr/bin/env python3
"""Measures Fovea beside its peers, in turn, in one session; writes docs/benchmarks.md and its figure. See bench_peers.sh.

    python scripts/bench_peers.py [--repetitions 5] [--length 10] [--only ITEM,...] [--quick] [--output docs/benchmarks.md]

Before anything is timed, what both yield is compared.
"""

import argparse
import json
import os
import pickle
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_document
import bench_figure
import h5py
import keras_run
import numpy as np
import peer_fovea

HERE = Path(__file__).resolve().parent


class Item:
    """One kind of work: `contestants` are functions that do it once and return seconds."""

    def __init__(self, key, title, goal=None, repetitions=None, note="", pause=0.3):
        self.key, self.title, self.goal, self.note, self.pause = key, title, goal, note, pause
        self.repetitions = repetitions
        self.contestants, self.agreement = {}, ""
        self.closers = []

    def measure(self, repetitions, length):
        """Seconds by contestant: medians of what is measured in turn; the first turn only warms up, unless a comparison has.

        A repetition goes on for `length` seconds and yields means: on a shared machine two turns of a tenth of a second say little.
        """
        self.length = length
        taken = {name: [] for name in self.contestants}
        if not self.agreement:
            self.turn()
        for _ in range(self.repetitions or repetitions):
            turns, began = [], time.perf_counter()
            while not turns or (self.repetitions is None and time.perf_counter() - began < length):
                turns.append(self.turn())
            for name, values in taken.items():
                values.append(statistics.mean(turn[name] for turn in turns))
        for close in self.closers:
            close()
        self.taken = taken
        self.medians = {name: statistics.median(values) for name, values in taken.items()}

    def turn(self):
        """Seconds by contestant, each once."""
        seconds = {}
        for name, contestant in self.contestants.items():
            time.sleep(self.pause)  # threads of the one before that wait for work spin for a while
            seconds[name] = contestant()
        return seconds

    def agree(self, ours, theirs, bound, what, relative=False):
        """Stops where two results differ."""
        assert ours.shape == theirs.shape, (self.key, ours.shape, theirs.shape)
        scale = np.abs(theirs).max() if relative else 1
        difference = float(np.abs(ours - theirs).max() / scale)
        if not difference <= bound:
            raise SystemExit(f"{self.title}: {what} differs by {difference:.1e}, more than {bound}")
        text = f"{what} {difference:.0e}"
        self.agreement = f"{self.agreement}, {text}" if self.agreement else text


def probes():
    with h5py.File(keras_run.RUN / "probes.h5") as file:
        return file["rnd256/inputs"][()], file["rnd256/masks/before"][()]


def written(work, folder):
    work.write(f"{folder}/values")
    return np.fromfile(f"{folder}/values", np.float32)


def gradients(folder, options):
    import peer_keras
    import peer_torch

    x, _ = probes()
    count = 3 if options.quick else 30
    paths = [path for _, path in keras_run.checkpoints()][:count]
    item = Item("gradients", f"Predictions, attention and input gradients: {count} checkpoints × 256 sequences", 4)
    ours = peer_fovea.Work("gradients", keras_run.RUN, f"{keras_run.RUN}/probes.h5:/rnd256", count)
    keras, torch = peer_keras.Gradients(paths, x), peer_torch.Gradients(paths, x)
    item.contestants = {"Fovea": ours.run, "Keras": keras.run, "PyTorch": torch.run}
    for name, contestant in item.contestants.items():
        contestant()
    values = written(ours, folder)
    item.agree(values, keras.result(), 1e-4, "Keras", relative=True)
    item.agree(values, torch.result(), 1e-4, "PyTorch", relative=True)
    item.closers.append(ours.close)
    return item


def integrated(folder, options):
    import peer_keras
    import peer_torch

    x, _ = probes()
    count = 1 if options.quick else 2
    paths = [path for _, path in keras_run.checkpoints()][-count:]
    title = f"Integrated gradients, 64 steps: {count} checkpoints × 256 sequences"
    item = Item("ig", title, 3, note="Keras and PyTorch in batches of 2,048")
    run = Path(folder) / "last"
    run.mkdir()
    for path in paths:
        (run / path.name).symlink_to(path)
    ours = peer_fovea.Work("ig", run, f"{keras_run.RUN}/probes.h5:/rnd256", count, 64)
    keras, torch = peer_keras.Integrated(paths, x, 64, 2048), peer_torch.Integrated(paths, x, 64, 2048)
    item.contestants = {"Fovea": ours.run, "Keras": keras.run, "PyTorch + Captum": torch.run}
    for contestant in item.contestants.values():
        contestant()
    values = written(ours, folder)
    # Keras' and PyTorch's own sums in single precision are the looser ones here.
    item.agree(values, keras.result(), 1e-3, "Keras", relative=True)
    item.agree(values, torch.result(), 1e-3, "Captum", relative=True)
    item.closers.append(ours.close)
    item.checkpoints = count
    return item


def pipeline(folder, options, with_ig=False):
    count = (2 if options.quick else 6) if with_ig else (3 if options.quick else 30)
    steps = 64 if with_ig else 0
    work = "attention, gradients, IG-64, metrics" if with_ig else "attention, gradients, metrics"
    item = Item(
        "process-ig" if with_ig else "process",
        f"Whole process, {work}: {count} checkpoints × 256 sequences", 3.4 if with_ig else 14,
    )  # fmt: skip
    paths = [path for _, path in keras_run.checkpoints()][:count]
    arguments = ["analyze", *paths, "--data", f"{keras_run.RUN}/probes.h5:/rnd256", "--delimiter", "0", "--no-render"]
    arguments += ["--quiet", "--methods", "saliency,gradient_x_input" + (",integrated_gradients" if with_ig else "")]
    arguments += ["--steps", "64", "-o", f"{folder}/ours"]

    def keras(count=count, steps=steps, mode="pipeline"):
        command = [sys.executable, HERE / "peer_keras.py", mode, str(count), str(steps), f"{folder}/theirs.npz"]
        for _ in range(3):
            started = time.perf_counter()
            process = subprocess.run(command, capture_output=True)
            seconds = time.perf_counter() - started
            # TensorFlow's threads sometimes crash the process as it ends; that is no measurement, and no reason to give up.
            if process.returncode >= 0:
                process.check_returncode()
                return seconds
            print(f"Keras' process died by signal {-process.returncode}", flush=True)
        raise SystemExit("Keras' process died three times")

    item.contestants = {"Fovea": lambda: peer_fovea.process(*arguments), "Keras + NumPy": keras}
    for contestant in item.contestants.values():
        contestant()
    compare_pipelines(item, folder, with_ig)
    item.note = (
        "Python's start and TensorFlow's import count, as Fovea's start does; Keras in one compiled function, metrics by hand in"
        " NumPy, without interventions, probe, tests, verdict and report, which Fovea makes besides"
    )
    return item


def compare_pipelines(item, folder, with_ig):
    theirs = np.load(f"{folder}/theirs.npz")
    with h5py.File(f"{folder}/ours/analysis.h5") as file:
        epochs = file["epoch"][()]
        sources = {"attention": file["attention/attention_weight"][()], "saliency": file["attribution/saliency"][()]}
        if with_ig:
            sources["ig"] = np.abs(file["attribution/integrated_gradients"][()])
        for source, maps in sources.items():
            expected = np.stack([theirs[f"{epoch}/{source}"] for epoch in epochs])
            item.agree(maps, expected, 1e-3, source, relative=True)
        found = file["metrics/attention/before/mass_in_mask"][()].mean(1)
    expected = np.array([theirs[f"{epoch}/attention/mass_in_mask/before"][0] for epoch in epochs])
    item.agree(found, expected, 1e-5, "mass in mask")


def pipeline_ig(folder, options):
    return pipeline(folder, options, with_ig=True)


def metrics(folder, options):
    import peer_metrics

    _, mask = probes()
    maps = np.random.default_rng(7).dirichlet(np.full(mask.shape[1], 0.5), len(mask))
    np.savez(f"{folder}/maps.npz", attention=maps, mask_before=mask)
    ours = peer_fovea.Work("metrics", f"{folder}/maps.npz", f"{folder}/maps.npz", 2000)
    libraries = peer_metrics.Metrics(maps, mask.astype(int), 2000, libraries=True)
    by_hand = peer_metrics.Metrics(maps, mask.astype(int), 2000, libraries=False)
    item = Item("metrics", "Metrics of 256 maps with 2,000 bootstrap resamples", 20)
    item.contestants = {
        "Fovea": ours.run, "SciPy, scikit-learn, Quantus": libraries.run, "NumPy by hand": by_hand.run
    }  # fmt: skip
    for contestant in item.contestants.values():
        contestant()
    ours.write(f"{folder}/metrics.json")
    found = json.loads(Path(f"{folder}/metrics.json").read_text())
    for name, estimates in (("libraries", libraries.estimates), ("NumPy", by_hand.estimates)):
        shared = sorted(set(found) & set(estimates))
        ours_means = np.array([found[key]["mean"] for key in shared])
        item.agree(ours_means, np.array([estimates[key][0] for key in shared]), 1e-9, f"{len(shared)} means of {name}")
    item.note = (
        f"Fovea computes {len(found)} metrics, the libraries {len(libraries.estimates)}, the hand-written NumPy"
        f" {len(by_hand.estimates)}; the goal is against the libraries"
    )
    item.against = "SciPy, scikit-learn, Quantus"
    item.closers.append(ours.close)
    return item


def heads(folder, options):
    import peer_keras
    import peer_torch

    batch, length, width, count = (4, 128, 64, 4) if options.quick else (8, 512, 256, 8)
    title = f"Transformer block, forward and input gradient: {batch} × {length} × {width}, {count} heads"
    item = Item("block", title, 1.5)
    model = peer_keras.block(length, width, count)
    x = np.random.default_rng(7).standard_normal((batch, length, width)).astype(np.float32)
    run = Path(folder) / "block"
    run.mkdir()
    model.save(run / "block-1.h5")
    with h5py.File(f"{folder}/block-probes.h5", "w") as file:
        file["inputs"] = x
    ours = peer_fovea.Work("gradients", run, f"{folder}/block-probes.h5", 1)
    keras = peer_keras.BlockGradients(model, x)
    torch = peer_torch.BlockGradients(model.get_weights(), count, x)
    item.contestants = {"Fovea": ours.run, "Keras": keras.run, "PyTorch": torch.run}
    for contestant in item.contestants.values():
        contestant()
    values = written(ours, folder)
    item.agree(values, keras.result(), 1e-4, "Keras", relative=True)
    item.agree(values, torch.result(), 1e-4, "PyTorch", relative=True)
    item.closers.append(ours.close)
    return item


def training(folder, options):
    import peer_keras

    item = Item("training", "Training epoch: 20,000 sequences, batches of 64, Adam; 4,000 for validation", 5.5)
    keras, ours = peer_keras.Training(), peer_fovea.Work("training", keras_run.RUN / "ckpt-000.h5")
    item.contestants = {"Fovea": ours.run, "Keras": keras.run}
    item.note = "the order of the sequences differs; the tests compare steps of training with Keras'"
    item.closers.append(ours.close)
    return item


def start(folder, options):
    item = Item("start", "Start: `fovea --version`", repetitions=20, pause=0.02)
    item.contestants = {"Fovea": lambda: peer_fovea.process("--version")}
    item.limit = 0.030
    return item


ITEMS = {
    "gradients": gradients, "ig": integrated, "process": pipeline, "process-ig": pipeline_ig, "metrics": metrics,
    "block": heads, "training": training, "start": start,
}  # fmt: skip


def sgemm(threads):
    """GFLOP/s of numpy's OpenBLAS on large matrices: the median of 7."""
    code = """
import time, numpy as np, statistics
a, b = (np.random.default_rng(7).random((2048, 2048), np.float32) for _ in "ab")
a @ b
times = []
for _ in range(7):
    t = time.perf_counter(); a @ b; times.append(time.perf_counter() - t)
from threadpoolctl import threadpool_info
print(2 * 2048**3 / statistics.median(times) / 1e9, next(i["architecture"] for i in threadpool_info() if i["user_api"] == "blas"))
"""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": str(threads)}
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        environment.pop(name, None)
    text = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    rate, kernel = text.stdout.split()
    return float(rate), kernel


def products():
    """GFLOP/s of Fovea's recurrent products alone, on one thread and on two."""
    kernels = bench_document.ROOT / "Sources/CKernels"
    swift = shutil.which("swift")
    clang = Path(swift).resolve().with_name("clang") if swift else Path("clang")
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/products"
        sources = [bench_document.ROOT / "scripts/bench_products.c", *sorted(kernels.glob("*.c"))]
        command = [clang if clang.exists() else "clang", "-O2", "-I", kernels / "include", "-o", program, *sources]
        subprocess.run(command + ["-lopenblas", "-lm", "-lpthread"], check=True)
        return {
            threads: float(subprocess.run([program, str(threads)], check=True, capture_output=True, text=True).stdout)
            for threads in (1, 2)
        }


def share(items):
    """GFLOP/s of Fovea's integrated gradients as a whole, counting the recurrent products alone."""
    item = next((item for item in items if item.key == "ig"), None)
    if item is None:
        return None
    units, positions = 100, 20
    # What cannot be avoided: the recurrent product of each step, forward and backward; the rest is a few percent.
    each = 2 * (2 * units * 4 * units) * positions
    return each * 256 * 64 * item.checkpoints / item.medians["Fovea"] / 1e9


def measure_into(key, options):
    """In a process of its own: measures one item and leaves it in a file."""
    with tempfile.TemporaryDirectory() as folder:
        item = ITEMS[key](folder, options)
        item.measure(options.repetitions, 0 if options.quick else options.length)
    item.contestants, item.closers = {}, []
    Path(options.into).write_bytes(pickle.dumps(item))


def measured(key, options):
    """One item, from a process of its own: TensorFlow's heap is damaged now and then, which must not cost all others."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "item"
        command = [sys.executable, __file__, "--only", key, "--into", into, "--repetitions", str(options.repetitions)]
        command += ["--length", str(options.length)]
        for _ in range(3):
            code = subprocess.run(command + (["--quick"] if options.quick else [])).returncode
            # What was measured counts also where the process dies at its end.
            if into.exists():
                return pickle.loads(into.read_bytes())
            if code > 0:
                raise SystemExit(code)
            print(f"The process that measures {key} died by signal {-code}", flush=True)
    raise SystemExit(f"The process that measures {key} died three times")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--length", type=float, default=10, help="seconds for a repetition of short work, all in turn")
    parser.add_argument("--only", default=",".join(ITEMS))
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything works")
    parser.add_argument("--output", default=str(bench_document.ROOT / "docs" / "benchmarks.md"))
    parser.add_argument("--into", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.repetitions = min(options.repetitions, 2)
    if options.into:
        return measure_into(options.only, options)
    load = bench_document.load()
    rates = {threads: sgemm(threads) for threads in (1, 2)}
    ours = products()
    items = []
    for key in options.only.split(","):
        started = time.perf_counter()
        item = measured(key, options)
        items.append(item)
        medians = ", ".join(f"{name} {seconds:.4f} s" for name, seconds in item.medians.items())
        print(f"{item.title}: {medians} ({item.agreement}) [{time.perf_counter() - started:.0f} s]", flush=True)
    figure = Path(options.output).with_name("benchmarks.svg")
    bench_figure.draw(items, figure)
    bench_document.put("peers", bench_figure.text(items, rates, ours, share(items), load, figure), options.output)


if __name__ == "__main__":
    main()

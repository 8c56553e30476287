#!/usr/bin/env python3
"""Measures how the time and the memory of `fovea analyze` grow with checkpoints, sequences, length and `--chunk`; writes its table
into docs/benchmarks.md.

    python scripts/bench_scaling.py [--quick] [--output docs/benchmarks.md]

Needs h5py and numpy, and the release build. Each size runs once; what takes under two seconds three times, of which the median counts.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import bench_document
import bench_models

COMMAND = bench_document.ROOT / ".build/release/fovea"


def once(arguments, out):
    """Seconds and peak resident memory in MB of one analysis, and the size of its file in MB."""
    shutil.rmtree(out, ignore_errors=True)
    started = time.perf_counter()
    process = subprocess.Popen([COMMAND, "analyze", *map(str, arguments), "-o", out, "--no-render", "--quiet"])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"fovea analyze failed: {arguments}")
    size = (Path(out) / "analysis.h5").stat().st_size
    shutil.rmtree(out)
    return seconds, usage.ru_maxrss / 1024, size / 2**20


def measure(arguments, out):
    runs = [once(arguments, out)]
    while runs[0][0] < 2 and len(runs) < 3:
        runs.append(once(arguments, out))
    return [statistics.median(column) for column in zip(*runs)]


def table(name, unit, sizes, arguments, folder):
    """One table: for each size the time, the time of one more unit since the size before, memory and file."""
    rows, before = [], None
    for size in sizes:
        seconds, memory, file = measure(arguments(size), f"{folder}/out")
        marginal = "" if before is None else f"{(seconds - before[1]) / (size - before[0]) * 1e3:.3f} ms"
        growth = "" if before is None else f"{(memory - before[2]) / (size - before[0]) * 1024:.1f} kB"
        rows.append([f"{size:,}", f"{seconds:.2f} s", marginal, f"{memory:.0f} MB", growth, f"{file:.1f} MB"])
        before = (size, seconds, memory)
        print(name, *rows[-1], flush=True)
    header = [name, "time", f"for one more {unit}", "peak memory", f"for one more {unit}", "analysis.h5"]
    return bench_document.table(header, rows, numeric=range(6))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything works")
    parser.add_argument("--output", default=str(bench_document.ROOT / "docs" / "benchmarks.md"))
    options = parser.parse_args()
    quick, load = options.quick, bench_document.load()
    task = ["--task", "sum-before-delimiter"]
    with tempfile.TemporaryDirectory() as folder:
        counts = (10, 30, 100) if quick else (10, 30, 100, 300, 1000)
        for count in {2, *counts}:
            bench_models.repeat_run(f"{folder}/run-{count}", count)
        samples = (1000, 3000, 10_000) if quick else (1000, 3000, 10_000, 30_000, 100_000)
        lengths = (20, 60, 200) if quick else (20, 60, 200, 600, 2000)
        chunks = (16, 64, 256) if quick else (16, 64, 256, 1024)
        two = f"{folder}/run-2"
        parts = [
            table("checkpoints (256 sequences of 20)", "checkpoint", counts, lambda n: [f"{folder}/run-{n}", *task], folder),
            table("sequences of 20 (2 checkpoints)", "sequence", samples, lambda n: [two, *task, "--count", n], folder),
            table(
                "length (64 sequences, 2 checkpoints)", "position", lengths,
                lambda n: [two, *task, "--count", 64, "--length", n], folder,
            ),
            table(
                "`--chunk` (64 sequences of 200, 2 checkpoints, IG-50)", "sequence at once", chunks,
                lambda n: [two, *task, "--count", 64, "--length", 200, "--methods", "integrated_gradients", "--chunk", n],
                folder,
            ),
        ]  # fmt: skip
    text = f"""## Scaling

Machine: {bench_document.machine()}; load {load} before the start. Whole processes of `fovea analyze --no-render` on the bundled
checkpoints: attention, saliency, gradient × input, all metrics with 2,000 resamples, interventions, probe, tests on the last checkpoint,
all files. Checkpoints are streamed: their number changes the memory by the timeline only. All maps of a checkpoint are in memory, so that it
grows with sequences × length. `--chunk` bounds what goes through the network at once.

"""
    bench_document.put("scaling", text + "\n\n".join(parts), options.output)


if __name__ == "__main__":
    main()

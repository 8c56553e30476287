#!/bin/sh
# Measures Fovea beside Keras, PyTorch + Captum, and SciPy + scikit-learn + Quantus, on this machine and in one session; writes
# docs/benchmarks.md and its figure. Options are those of bench_peers.py, and --venv DIR: an environment that is there already.
set -eu
cd "$(dirname "$0")/.."
venv=.venv-peers
if [ "${1:-}" = --venv ]; then
    venv=$2
    shift 2
elif [ ! -e "$venv/ready" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet -r scripts/requirements-peers.txt
    touch "$venv/ready"
fi
# Settings that older OpenBLAS builds need on some processors slow numpy's current one.
exec env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE "$venv/bin/python" scripts/bench_peers.py "$@"

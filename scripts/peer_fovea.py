"""Fovea as a contestant: a process that works at each word, and the whole command line."""

import json
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / ".build/release/fovea"
PEER = ROOT / "Benchmarks/.build/release/FoveaPeer"


class Work:
    """A FoveaPeer process: see Benchmarks/Sources/FoveaPeer/main.swift."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [PEER, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("FoveaPeer ended; its message is above")
        return json.loads(line)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        return self.answer()

    def run(self):
        """Seconds of one repetition."""
        return self.say("run")["seconds"]

    def write(self, path):
        self.say(f"write {path}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def process(*arguments):
    """Seconds of a whole run of `fovea`."""
    started = time.perf_counter()
    subprocess.run([COMMAND, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def version():
    return subprocess.run([COMMAND, "--version"], capture_output=True, text=True).stdout.strip()

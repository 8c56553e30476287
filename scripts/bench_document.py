"""docs/benchmarks.md: its parts are written by the programs that measure them."""

import platform
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# How fast

The numbers here are measured by scripts in this repository, on one machine, and written by them; `make bench-peers` and
`make bench-scaling` measure again on yours.
"""


def put(part, text, document=ROOT / "docs" / "benchmarks.md"):
    """Puts a part in the place of the one of that name, or behind the others."""
    document = Path(document)
    whole = document.read_text() if document.exists() else HEAD
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    body = f"{begin}\n\n{text.strip()}\n\n{end}"
    if begin in whole:
        whole = re.sub(f"{re.escape(begin)}.*{re.escape(end)}", lambda _: body, whole, flags=re.DOTALL)
    else:
        whole = f"{whole.rstrip()}\n\n{body}\n"
    document.write_text(whole)


def machine():
    """The processor, its cores, the memory and the system, in a line."""

    def first(path, pattern, otherwise):
        try:
            return re.search(pattern, Path(path).read_text()).group(1).strip()
        except (OSError, AttributeError):
            return otherwise

    processor = first("/proc/cpuinfo", r"model name\s*:\s*(.*)", platform.processor() or platform.machine())
    flags = first("/proc/cpuinfo", r"flags\s*:\s*(.*)", "").split()
    vectors = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else ""
    family, model = (first("/proc/cpuinfo", rf"{name}\s*:\s*(\d+)", "") for name in ("cpu family", "model"))
    # /proc/cpuinfo tells of the second level on AMD's processors and of the last one on Intel's.
    cache = int(first("/sys/devices/system/cpu/cpu0/cache/index2/size", r"(\d+)K", "0"))
    # One name stands for several generations.
    generation = f"family {family} model {model}" if family else ""
    parts = [generation, vectors, f"{cache} kB of second-level cache" if cache else ""]
    detail = ", ".join(part for part in parts if part)
    processor += f" ({detail})" if detail else ""
    memory = int(first("/proc/meminfo", r"MemTotal:\s*(\d+)", "0")) / 2**20
    system = first("/etc/os-release", r'PRETTY_NAME="(.*)"', platform.system())
    cores = len(__import__("os").sched_getaffinity(0)) if hasattr(__import__("os"), "sched_getaffinity") else 0
    return f"{processor}, {cores} cores, {memory:.0f} GiB of memory, {system}"


def load():
    try:
        return Path("/proc/loadavg").read_text().split()[0]
    except OSError:
        return "unknown"


def swift_version():
    try:
        text = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
        return re.search(r"Swift version (\S+)", text).group(1)
    except (OSError, AttributeError):
        return "unknown"


def table(header, rows, numeric=()):
    """A Markdown table; `numeric` columns stand to the right."""
    rule = ["---:" if index in numeric else "---" for index in range(len(header))]
    lines = [header, rule, *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)

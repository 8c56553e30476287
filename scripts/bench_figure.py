"""What bench_peers.py measured, as a page's text and as a figure that gnuplot draws."""

import subprocess
from importlib import metadata

import bench_document
import peer_fovea

PACKAGES = ["tensorflow-cpu", "tf_keras", "attention", "keract", "torch", "captum", "quantus", "numpy", "scipy", "scikit-learn"]
COLOURS = {"Fovea": "#0072B2", "Keras": "#E69F00", "PyTorch": "#D55E00", "SciPy": "#009E73", "NumPy": "#CC79A7"}


def ratio(item):
    """How many times as long the peer of the goal takes, and the peer: the fastest, where none is named."""
    peers = {name: seconds for name, seconds in item.medians.items() if name != "Fovea"}
    if not peers:
        return None, None
    name = getattr(item, "against", None) or min(peers, key=peers.get)
    return peers[name] / item.medians["Fovea"], name


def seconds(value):
    return f"{value * 1e3:.1f} ms" if value < 1 else f"{value:.2f} s"


def row(item):
    factor, against = ratio(item)
    peers = "<br>".join(
        f"{name} {seconds(value)}" + (f" ({value / item.medians['Fovea']:.1f} ×)" if name != "Fovea" else "")
        for name, value in item.medians.items() if name != "Fovea"
    )  # fmt: skip
    if factor is None:
        limit = getattr(item, "limit", None)
        goal = f"< {limit * 1e3:.0f} ms: {'met' if item.medians['Fovea'] < limit else 'not met'}" if limit else ""
    else:
        goal = f"{item.goal} ×: {'met' if factor >= item.goal else 'not met'}" if item.goal else ""
    spread = f"{seconds(min(item.taken['Fovea']))}-{seconds(max(item.taken['Fovea']))}"
    return [item.title, f"**{seconds(item.medians['Fovea'])}**<br>{spread}", peers, goal]


def text(items, rates, ours, whole, load, figure):
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    lost = [
        f"* {item.title}: {name} takes {value / item.medians['Fovea']:.2f} × Fovea's time"
        for item in items for name, value in item.medians.items() if value < item.medians["Fovea"]
    ]  # fmt: skip
    lines = ["## Beside its peers", ""]
    lines += [f"Machine: {bench_document.machine()}; load {load} before the start."]
    lines += [f"Fovea {peer_fovea.version()}, Swift {bench_document.swift_version()}; {', '.join(versions)}.", ""]
    lines += ["All in one session and in turn, medians of several repetitions after a turn that warms up, each the mean of the"]
    lines += [f"turns that fit into {items[0].length:g} seconds (at least one); below ours, its range. In brackets how many times as long a peer"]
    lines += ["takes. Each pair of results was compared first (largest difference below).", ""]
    lines += [bench_document.table(["work", "Fovea", "peers", "goal"], [row(item) for item in items]), ""]
    lines += [f"![The times beside each other]({figure.name})", ""]
    lines += ["Where a peer is faster:", *(lost or ["* nowhere in this table"]), ""]
    lines += [f"Matrix products: numpy's OpenBLAS ({rates[1][1]}) reaches {rates[1][0]:.0f} GFLOP/s on one core and"]
    lines += [f"{rates[2][0]:.0f} on two (2,048 × 2,048, single precision)."]
    shares = {threads: ours[threads] / rates[threads][0] for threads in ours}
    met = "met" if min(shares.values()) >= 0.75 else "not met"
    lines += [f"Fovea's recurrent products of the founding model, forward and back, run at {ours[1]:.0f} and {ours[2]:.0f} GFLOP/s:"]
    lines += [f"{shares[1] * 100:.0f} % and {shares[2] * 100:.0f} % of these rates (goal 75 %: {met})."]
    if whole:
        lines += [f"Integrated gradients as a whole, with gates, attention and all, come to {whole:.0f} GFLOP/s of these products on"]
        lines += [f"two cores: {whole / rates[2][0] * 100:.0f} %."]
    lines += ["", "Agreement and remarks:"]
    for item in items:
        remark = "; ".join(part for part in (f"differences: {item.agreement}" if item.agreement else "", item.note) if part)
        if remark:
            lines.append(f"* {item.title}: {remark}.")
    return "\n".join(lines)


def draw(items, path):
    """Bars of each peer's time relative to Fovea's, on a logarithmic axis."""
    bars = [
        (item.title.split(":")[0] if first else "", name, value / item.medians["Fovea"])
        for item in items
        for first, (name, value) in peers_of(item)
    ]
    if not bars:
        return
    height = 60 + 26 * len(bars)
    left = round(min(0.7, min(bar[2] for bar in bars) / 1.2), 3)
    lines = ["$bars << EOD"]
    for place, (title, name, factor) in enumerate(bars):
        colour = next((int(c[1:], 16) for start, c in COLOURS.items() if name.startswith(start)), 0x999999)
        lines.append(f'{-place} {factor:.4f} {colour} "{name} {factor:.1f} ×" "{title}"')
    lines += [
        "EOD",
        f'set terminal svg size 860,{height} font "Helvetica,12" background rgb "white"',
        f'set output "{path}"',
        "set logscale x; unset key; unset border; unset ytics",
        "set lmargin 46; set rmargin 4; set xtics out nomirror",
        'set xlabel "time relative to Fovea (log)"',
        f"set xrange [{left}:{max(bar[2] for bar in bars) * 60:.1f}]",
        f"set yrange [{-len(bars)}:1]",
        "set style fill solid 0.9 noborder",
        'set arrow from 1, graph 0 to 1, graph 1 nohead lc rgb "#0072B2" lw 1.5',
        'set label "Fovea" at 1, graph 1.03 center tc rgb "#0072B2"',
        "plot $bars using ($2 < 1 ? $2 : 1):1:($2 < 1 ? $2 : 1):($2 < 1 ? 1 : $2):($1 - 0.36):($1 + 0.36):3 with boxxyerror lc rgb variable, \\",
        "  '' using ($2 < 1 ? 1 : $2):1:4 with labels left offset 0.6,0, \\",
        f'  \'\' using ({left}):1:5 with labels right offset -1,0 font ",11"',
    ]
    subprocess.run(["gnuplot"], input="\n".join(lines), text=True, check=True)


def peers_of(item):
    peers = [(name, value) for name, value in item.medians.items() if name != "Fovea"]
    return [(place == 0, peer) for place, peer in enumerate(peers)]

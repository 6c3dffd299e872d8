"""The calibration report's picture: reliability curves and the confusion matrix."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt


def draw(path: Path, curves: Mapping[str, list[tuple[float, float, int]]], seen: Mapping[str, Counter]) -> None:
    """Save an image with both: how reliable probabilities were, and which cause was named first of each planted fault."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(16, 8), width_ratios=(1, 1.6), layout="constrained")
    reliability(left, curves)
    matrix(right, seen)
    figure.savefig(path, dpi=80, metadata={"Software": None})
    plt.close(figure)


def reliability(axes, curves) -> None:
    """Draw a curve for each title from its rows (mean probability said, share that was so, number), and the line they should lie on."""
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    for title, rows in curves.items():
        said, true, count = map(np.array, zip(*rows, strict=True))
        axes.plot(said, true, marker="o", label=title)
        for x, y, n in zip(said, true, count, strict=True):
            axes.annotate(str(n), (x, y), textcoords="offset points", xytext=(4, -10), fontsize=8)
    axes.set(xlabel="said", ylabel="was so", xlim=(0, 1), ylim=(0, 1), title="Reliability, tasks held out")
    axes.legend()


def matrix(axes, seen) -> None:
    """Draw a row for each planted fault and a column for each cause named first: the number of runs, shaded by its share of the row."""
    faults = sorted(seen)
    named = sorted({cause for row in seen.values() for cause in row})
    share = np.array([[seen[f][c] / sum(seen[f].values()) for c in named] for f in faults])
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for i, fault in enumerate(faults):
        for j, cause in enumerate(named):
            if seen[fault][cause]:
                axes.text(j, i, seen[fault][cause], ha="center", va="center", fontsize=7, color="white" if share[i, j] > 0.5 else "black")
    axes.set_xticks(range(len(named)), [cause or "nothing" for cause in named], rotation=60, ha="right", fontsize=8)
    axes.set_yticks(range(len(faults)), faults, fontsize=8)
    axes.set(title="Planted fault (row) and first cause named (column)")

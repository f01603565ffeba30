"""The two charts of the trigger, the same bytes for the same figures."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from bench.foretold import Scores

SHOWN = {
    "chance": ("chance of running out (P0)", "#0b5cad", "-"),
    "idle": ("count of free units", "#8a5a00", "--"),
    "erlang_b": ("Erlang B", "#7a7a7a", ":"),
}
BINS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

mpl.rcParams["svg.hashsalt"] = "cover"
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["font.family"] = "sans-serif"


def draw_roc(scores: dict[str, Scores], path: Path) -> None:
    """One panel for each fleet size, and for each division of the county where there is one."""
    figure = Figure(figsize=(3.2 * len(scores), 3.6), layout="constrained")
    for axes, (name, scored) in zip(
        np.atleast_1d(figure.subplots(1, len(scores), sharey=True)), scores.items(), strict=True
    ):
        for feature, (label, colour, line) in SHOWN.items():
            false, true = roc(scored, feature)
            axes.plot(false, true, line, color=colour, label=f"{label}: {scored.auc(feature):.3f}")
        axes.plot([0, 1], [0, 1], color="#cccccc", linewidth=0.8)
        axes.set(title=name, xlabel="false alarms", xlim=(0, 1), ylim=(0, 1))
        axes.legend(loc="lower right", fontsize=7, frameon=False)
    figure.axes[0].set_ylabel("foretold")
    _save(figure, path)


def draw_calibration(scores: dict[str, Scores], path: Path) -> dict[str, list[dict[str, Any]]]:
    """What was forecast against what came, with the number of moments in each bin; answers the table."""
    figure = Figure(figsize=(3.2 * len(scores), 3.6), layout="constrained")
    tables = {}
    for axes, (name, scored) in zip(
        np.atleast_1d(figure.subplots(1, len(scores), sharey=True)), scores.items(), strict=True
    ):
        tables[name] = table = calibration(scored)
        forecast, came = [r["forecast"] for r in table], [r["came"] for r in table]
        axes.plot([0, 1], [0, 1], color="#cccccc", linewidth=0.8)
        axes.plot(forecast, came, "o-", color="#0b5cad", markersize=4)
        for row in table:
            axes.annotate(
                f"{row['count']:,}", (row["forecast"], row["came"]), xytext=(4, -9),
                textcoords="offset points", fontsize=6, color="#555555",
            )  # fmt: skip
        axes.set(title=name, xlabel="forecast chance of level zero", xlim=(0, 1), ylim=(0, 1))
    figure.axes[0].set_ylabel("level zero within 20 min, observed")
    _save(figure, path)
    return tables


def roc(scored: Scores, feature: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The curve, thinned to some 200 points."""
    order = np.argsort(-scored.said[feature], kind="stable")
    said, came = scored.said[feature][order], scored.came[order]
    last = np.append(np.flatnonzero(np.diff(said)), len(said) - 1)
    true, false = np.cumsum(came)[last], np.cumsum(~came)[last]
    true, false = np.append(0, true) / came.sum(), np.append(0, false) / (~came).sum()
    kept = np.unique(np.linspace(0, len(true) - 1, 200).round().astype(int))
    return false[kept], true[kept]


def calibration(scored: Scores) -> list[dict[str, Any]]:
    """By bins of the forecast: its mean, how often level zero came in time, and how many moments."""
    some_free = scored.said["idle"] < 0
    said, came, rows = scored.said["chance"][some_free], scored.emptied[some_free], []
    bin_of = np.clip(np.searchsorted(BINS, said, side="right") - 1, 0, len(BINS) - 2)
    for index in range(len(BINS) - 1):
        inside = bin_of == index
        if inside.any():
            rows.append(
                {
                    "forecast": round(float(said[inside].mean()), 4),
                    "came": round(float(came[inside].mean()), 4),
                    "count": int(inside.sum()),
                }
            )
    return rows


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})

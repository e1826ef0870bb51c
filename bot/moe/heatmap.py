"""The work of experts as a picture."""

from pathlib import Path

import numpy as np

from bot.moe.routing import Tally, lift

_COLUMNS = 4


def draw_heatmap(tally: Tally, out: Path, *, title: str) -> None:
    """A PNG: the share of each expert in each layer, and for each label how far it differs from its usual one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # no window system
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    load = tally.chosen.sum(axis=(0, 1))
    shares = load / np.maximum(load.sum(axis=1, keepdims=True), 1) * tally.experts
    pictures = [("all texts: share of the load,\n1 is an even one", shares, "viridis", 0.0, max(2.0, float(shares.max())))]
    pictures += [(label, np.log2(np.maximum(lift(tally, label), 1 / 4)), "RdBu_r", -2.0, 2.0) for label in tally.labels]
    rows = -(-len(pictures) // _COLUMNS)
    figure = Figure(figsize=(4 * min(_COLUMNS, len(pictures)), 3.2 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(f"{title}\nlabels: how many times its usual share, as a power of two", fontsize=10)
    for place, (name, values, colours, low, high) in enumerate(pictures):
        axes = figure.add_subplot(rows, min(_COLUMNS, len(pictures)), place + 1)
        image = axes.imshow(values, aspect="auto", cmap=colours, vmin=low, vmax=high, interpolation="nearest")
        axes.set_title(name, fontsize=9)
        axes.set_xlabel("expert", fontsize=8)
        axes.set_ylabel("layer", fontsize=8)
        step = max(len(tally.layers) // 8, 1)
        axes.set_yticks(range(0, len(tally.layers), step), [str(layer) for layer in tally.layers[::step]])
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(labelsize=7)
        figure.colorbar(image, ax=axes)
    figure.savefig(out, dpi=110, format="png")

"""Charts as pictures."""

from bot.edges.painter.plot import PlotPainter

__all__ = ["PlotPainter"]

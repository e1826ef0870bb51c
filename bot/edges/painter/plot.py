"""Charts as PNG, drawn by matplotlib in a thread of their own.

Only ``Figure`` and the Agg canvas are used: there is no pyplot, and no setting of the process is touched. matplotlib is imported with the
first picture, since most people never ask for one. A figure carries its own background, so that it reads the same on a dark and on a
light page. What no font of this computer can draw is left out, with a word about it.
"""

import asyncio
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.errors import PictureError
from bot.mind.charts import Calendar, Chart, Mood, Timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bot.edges.painter.fonts import Fonts

PAGE, INK, FAINT, LINE = "#26282e", "#f2f3f5", "#b8bcc6", "#4a4e58"
GOOD, LOW, EVEN, AHEAD = "#7fd18b", "#f0a35e", "#8fb8f6", "#f6d365"
DPI = 100
_WIDTH, _HEIGHT = 8.0, 4.5
_COLOURS = 128
_ROW = 0.34
"""Inches."""

_UNSEEN = "Some words are in a script that I have no font for; /memory show tells them."


class PlotPainter:
    """The ``Painter`` port. One picture at a time."""

    def __init__(self) -> None:
        self._drawing = asyncio.Lock()

    async def paint(self, chart: Chart) -> bytes:
        async with self._drawing:
            return await asyncio.to_thread(_draw, chart)


def _draw(chart: Chart) -> bytes:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        from bot.edges.painter.fonts import Fonts
    except ImportError as fault:
        raise PictureError("I cannot draw here: matplotlib is not installed. Whoever runs me can add it: pip install matplotlib.") from fault
    height = max(_HEIGHT, 1.4 + _ROW * len(chart.events)) if isinstance(chart, Timeline) else _HEIGHT
    figure = Figure(figsize=(_WIDTH, height), dpi=DPI, facecolor=PAGE)
    canvas = FigureCanvasAgg(figure)
    match chart:
        case Mood():
            _draw_mood(figure, chart, Fonts())
        case Timeline():
            _draw_timeline(figure, chart, Fonts())
        case Calendar():
            _draw_calendar(figure, chart, Fonts())
    return _small_png(canvas)


def _small_png(canvas: Any) -> bytes:
    """128 colours are plenty, and a third of the size. The Agg canvas has types for a part of itself only."""
    from PIL import Image

    canvas.draw()
    png = io.BytesIO()
    pixels = np.asarray(canvas.buffer_rgba())
    Image.fromarray(pixels).convert("RGB").quantize(_COLOURS).save(png, "PNG", optimize=True)
    return png.getvalue()


def _draw_mood(figure: "Figure", mood: Mood, fonts: "Fonts") -> None:
    write = _writer(figure, fonts)
    write(0.06, 0.93, "How your words sounded", size=15)
    write(0.06, 0.05, "dots: days (larger: more words)   line: weeks", size=9, color=FAINT)
    axes = figure.add_axes((0.12, 0.2, 0.84, 0.66))
    _bare(axes)
    days = [felt.day.toordinal() for felt in mood.days]
    axes.axhline(0, color=LINE, linewidth=1)
    sizes = [24 + 14 * min(felt.words, 8) for felt in mood.days]
    colours = [GOOD if felt.valence >= 0.25 else LOW if felt.valence <= -0.25 else EVEN for felt in mood.days]
    axes.scatter(days, [felt.valence for felt in mood.days], s=sizes, c=colours, alpha=0.85, linewidths=0, zorder=2)
    middles = [monday.toordinal() + 3 for monday, _ in mood.weeks]
    axes.plot(middles, [valence for _, valence in mood.weeks], color=INK, linewidth=2, marker="o", markersize=4, zorder=3)
    axes.set_ylim(-1.05, 1.05)
    axes.set_xlim(min(days[0], middles[0]) - 2, max(days[-1], middles[-1]) + 2)
    for valence, name in ((0.75, "good"), (0.0, "even"), (-0.75, "low")):
        axes.text(-0.02, (valence + 1.05) / 2.1, name, transform=axes.transAxes, ha="right", va="center", color=FAINT, fontproperties=fonts.of(10))
    step = -(-len(mood.weeks) // 6)
    for monday, _ in mood.weeks[::step]:
        label = f"{monday.day} {monday:%b}"
        axes.text(monday.toordinal() + 3, -1.12, label, ha="center", va="top", color=FAINT, fontproperties=fonts.of(9), clip_on=False)


def _draw_timeline(figure: "Figure", timeline: Timeline, fonts: "Fonts") -> None:
    write = _writer(figure, fonts)
    height = figure.get_figheight()
    write(0.05, 1 - 0.42 / height, "What you told me of", size=15)
    top, unseen = height - 0.85, False
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(0, height)
    axes.axis("off")
    axes.plot([1.5, 1.5], [top + 0.1, top - _ROW * (len(timeline.events) - 1) - 0.1], color=LINE, linewidth=2, zorder=1)
    for number, event in enumerate(reversed(timeline.events)):
        y = top - _ROW * number
        colour = AHEAD if event.ahead else EVEN
        axes.scatter([1.5], [y], s=60, facecolor=PAGE if event.ahead else colour, edgecolor=colour, linewidths=2, zorder=2)
        words = event.words if fonts.can_draw(event.words) else f"#{event.number}, {event.kind}"
        unseen = unseen or words != event.words
        write(1.35 / _WIDTH, y / height, f"{event.day.day} {event.day:%b %Y}", size=9, color=FAINT, ha="right")
        write(1.68 / _WIDTH, y / height, words, size=10.5)
    foot = "ring: still ahead" + (f"   {timeline.more} lesser ones are left out" if timeline.more else "")
    write(0.05, 0.2 / height, foot if not unseen else f"{foot}   {_UNSEEN}", size=8.5, color=FAINT)


def _draw_calendar(figure: "Figure", calendar: Calendar, fonts: "Fonts") -> None:
    write = _writer(figure, fonts)
    write(0.05, 0.94, "When I write first", size=15)
    write(0.05, 0.04, "filled: I wrote   ring: planned, if nothing speaks against it", size=9, color=FAINT)
    axes = figure.add_axes((0.04, 0.09, 0.92, 0.75))
    axes.set_xlim(0, 7)
    axes.set_ylim(len(calendar.weeks), 0)
    axes.axis("off")
    for column, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")):
        axes.text(column + 0.08, -0.14, name, color=FAINT, fontproperties=fonts.of(9), clip_on=False)
    for row, week in enumerate(calendar.weeks):
        for column, cell in enumerate(week):
            today = cell.day == calendar.today
            axes.add_patch(_box(column, row, INK if today else LINE, 1.6 if today else 0.8))
            number = f"{cell.day.day} {cell.day:%b}" if cell.day.day == 1 or (row, column) == (0, 0) else str(cell.day.day)
            axes.text(column + 0.08, row + 0.3, number, color=INK if today else FAINT, fontproperties=fonts.of(9))
            if cell.wrote:
                axes.scatter([column + 0.88], [row + 0.24], s=55, color=GOOD, linewidths=0)
            if cell.planned:
                axes.scatter([column + 0.88], [row + 0.24], s=55, facecolor="none", edgecolor=AHEAD, linewidths=2)
                label = cell.planned[0] if len(cell.planned) == 1 else f"{cell.planned[0]} +{len(cell.planned) - 1}"
                label = label if fonts.can_draw(label) else "planned"
                axes.text(column + 0.08, row + 0.78, label, color=INK, fontproperties=fonts.of(8), parse_math=False)


def _box(column: int, row: int, colour: str, width: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((column + 0.03, row + 0.03), 0.94, 0.94, fill=False, edgecolor=colour, linewidth=width)


def _writer(figure: "Figure", fonts: "Fonts") -> Callable[..., None]:
    """Text at a place of the figure, 0 to 1; people's words are words, never formulas."""

    def write(x: float, y: float, words: str, *, size: float, color: str = INK, ha: str = "left") -> None:
        figure.text(x, y, words, fontproperties=fonts.of(size), color=color, ha=ha, va="center", parse_math=False)

    return write


def _bare(axes: "Axes") -> None:
    axes.set_facecolor(PAGE)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)

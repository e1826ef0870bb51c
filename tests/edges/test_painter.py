"""Pictures as they come out: size, colours, words of every script, and nothing of the process touched."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from bot.edges.painter.plot import FAINT, GOOD, INK, PAGE, PlotPainter
from bot.mind.charts import Chart, calendar, mood, timeline
from bot.mind.events import Kind, Memory, Proposal, Unprompted

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def events(*gists: str) -> Chart:
    memories = [
        Memory(person="p", audience="dm:p", kind=Kind.PLAN, gist=gist, quote="", said_at=NOW - (n + 1) * DAY, id=n) for n, gist in enumerate(gists, start=1)
    ]
    found = timeline(memories, NOW, "UTC")
    assert found is not None
    return found


def moods() -> Chart:
    found = mood([(NOW - n * DAY, name) for n, name in enumerate(["joy", "sadness", "neutral", "love"] * 5)], NOW, "UTC")
    assert found is not None
    return found


def plans() -> Chart:
    sent = Unprompted(person="p", conversation="", proposal=1, memory=1, nonce="", reason="", at=NOW - DAY)
    plan = Proposal(person="p", memory=1, source="care", opens=NOW, best=NOW, closes=NOW, worth=1, reason="", due=NOW + DAY)
    found = calendar([sent], [plan], NOW, "UTC")
    assert found is not None
    return found


async def painted(chart: Chart) -> Image.Image:
    png = await PlotPainter().paint(chart)
    assert len(png) < 60_000
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.mark.parametrize(("chart", "height"), [(moods(), 450), (events("One.", "Two."), 450), (events(*["Event"] * 20), 616), (plans(), 450)])
async def test_it_has_its_size_and_its_own_page(chart: Chart, height: int) -> None:
    picture = await painted(chart)
    assert picture.size == (800, height)
    page = tuple(int(PAGE[n : n + 2], 16) for n in (1, 3, 5))
    corners = [picture.getpixel((x, y)) for x in (0, 799) for y in (0, height - 1)]
    assert all(isinstance(corner, tuple) and max(abs(a - b) for a, b in zip(corner, page, strict=True)) <= 6 for corner in corners)
    colours = picture.getcolors(2**20)
    assert colours is not None and len(colours) > 20, "something is drawn on it"


@pytest.mark.parametrize("ink", [INK, FAINT, GOOD])
def test_its_ink_stands_out(ink: str) -> None:
    """WCAG 2.1, contrast of text: at least 4.5 to 1."""
    light, dark = sorted((_luminance(ink), _luminance(PAGE)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_the_same_data_gives_the_same_picture() -> None:
    assert await PlotPainter().paint(moods()) == await PlotPainter().paint(moods())


@pytest.mark.filterwarnings("error")
async def test_words_are_words_whatever_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await painted(events("Costs $5 or $\\frac{1}{0}$ and _that_ {much}.", "开始了新工作", "🦊 at the door", "ก"))).size == (800, 450)


async def test_a_script_without_a_font_is_told_and_not_drawn_as_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.edges.painter import fonts as painter_fonts

    monkeypatch.setattr(painter_fonts, "_families", lambda: ("DejaVu Sans",))
    fonts = painter_fonts.Fonts()
    assert fonts.can_draw("Grüße, naïve café: 10 °C – “yes”…") and not fonts.can_draw("新工作")
    strange, told = await PlotPainter().paint(events("新工作")), await PlotPainter().paint(events("#1, plan"))
    assert strange != told, "the foot of the picture says why"


async def test_no_setting_of_the_process_is_touched() -> None:
    import sys

    import matplotlib

    before, loaded = dict(matplotlib.rcParams), "matplotlib.pyplot" in sys.modules
    await PlotPainter().paint(plans())
    assert dict(matplotlib.rcParams) == before
    assert ("matplotlib.pyplot" in sys.modules) == loaded

"""Fonts that this computer has: matplotlib's own, and behind it, where there is one, a font for Chinese, Japanese and Korean."""

from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

_OWN = "DejaVu Sans"
_WIDE = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback",
    "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "Arial Unicode MS",
)


class Fonts:
    """Chosen once for a picture."""

    def __init__(self) -> None:
        self._families = _families()

    def of(self, size: float) -> FontProperties:
        """In points."""
        return FontProperties(family=list(self._families), size=size)

    def can_draw(self, words: str) -> bool:
        known = frozenset().union(*(_characters(family) for family in self._families))
        return all(ord(letter) in known or letter.isspace() for letter in words)


@cache
def _families() -> tuple[str, ...]:
    there = {font.name for font in font_manager.fontManager.ttflist}
    return (_OWN, *[name for name in _WIDE if name in there][:1])


@cache
def _characters(family: str) -> frozenset[int]:
    file = Path(font_manager.findfont(FontProperties(family=family)))
    return frozenset(FT2Font(str(file)).get_charmap())

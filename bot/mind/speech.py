"""Text as it arrives and as it leaves: clean it, and split it into messages that a chat platform takes."""

import re
import unicodedata

MESSAGE_LIMIT = 2000
"""Characters that Discord takes in one message."""

_FENCE = "```"
_CLOSE = "\n" + _FENCE
_FENCE_WITH_LANGUAGE = re.compile(r"```([\w+#.-]{0,30}(?=\n))?")
FENCED = re.compile(r"```.*?(?:```|\Z)", re.S)
_WHOLE = re.compile(
    r"(?P<code>```.*?(?:```|\Z))|(?P<spoiler>\|\|(?P<hidden>.+?)\|\|)|`[^`\n]+`|\[[^\[\]\n]+\]\(\S+?\)|<?https?://\S+|<(?:@[!&]?|#|a?:\w+:|t:|/)[^<>\n]*>", re.S
)
"""What means something only as a whole: spoilers, code, links, mentions, custom emoji."""
_SENTENCE_END = re.compile(r"[.!?…。！？][\"')\]”’]*(?=\s)")
_LONGEST_CLUSTER = 64
"""A visible character made of more code points than this may be cut: somebody is playing with combining marks."""

_ZWJ = "\u200d"
_ZWNJ = "\u200c"
_BLACK_FLAG = "\U0001f3f4"
# Embeddings, overrides and isolates can make a text read differently from what it says. Marks (U+200E, U+200F) cannot.
_DISGUISES = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
_NOT_THERE = {*map(chr, range(0x2060, 0x2065)), "\u200b", "\ufeff", "\u00ad", "\u180e"}
_LOOKS_EMPTY = {"\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\u034f", *map(chr, range(0xFE00, 0xFE10))}


def clean(text: str) -> str:
    """What the text says, without characters that nobody sees or that disguise it; "" when nothing visible is left.

    Line breaks, tabs and letters of every script stay, and so do the joiners inside emoji and words.
    """
    text = re.sub("\r\n?|[\u0085\u2028\u2029]", "\n", text)
    kept = "".join(c for i, c in enumerate(text) if _belongs(text, i)).strip()
    return kept if any(map(_visible, kept)) else ""


def _belongs(text: str, i: int) -> bool:
    c = text[i]
    if c in "\n\t":
        return True
    if c in _DISGUISES or c in _NOT_THERE or unicodedata.category(c) in ("Cc", "Cs"):
        return False
    if c in (_ZWJ, _ZWNJ):
        return 0 < i < len(text) - 1 and _visible_or_selector(text[i - 1]) and _visible(text[i + 1])
    if _is_tag(c):
        return _tags_a_flag(text, i)
    return True


def _visible(c: str) -> bool:
    return c not in _LOOKS_EMPTY and unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")


def _visible_or_selector(c: str) -> bool:
    return _visible(c) or c == "\ufe0f"


def _is_tag(c: str) -> bool:
    """Tag characters spell the region of a flag; anywhere else they are hidden writing."""
    return "\U000e0000" <= c <= "\U000e007f"


def _tags_a_flag(text: str, i: int) -> bool:
    start = i
    while start > 0 and i - start < 8 and _is_tag(text[start]):
        start -= 1
    return text[start] == _BLACK_FLAG


def split(text: str, limit: int = MESSAGE_LIMIT) -> tuple[str, ...]:
    """Pieces of at most ``limit`` characters (at least 100), in order; none is empty, and none for an empty text.

    Borders are sought at paragraphs, lines, sentences and words, in this order, and never inside a link or a spoiler that fits into
    a piece. A code fence that must be cut is closed and opened again with its language, and so is a spoiler. Nothing is lost but
    the white space at the borders.
    """
    if limit < 100:
        raise ValueError("a piece needs room for at least 100 characters")
    return _pieces(_WHOLE.sub(lambda found: _short_spoiler(found, limit - len(_CLOSE)), text), limit)


def _short_spoiler(found: re.Match[str], room: int) -> str:
    """A spoiler that is too long for a piece as several."""
    hidden = found["hidden"]
    if hidden is None or len(found.group()) <= room or _FENCE in hidden:
        return found.group()
    return "\n".join(f"||{part}||" for part in _pieces(hidden, room - 4))


def closed(text: str) -> str:
    """The beginning of a text, as it can be shown: what is open in it is closed."""
    if _open_fence(text) is not None:
        return text + _CLOSE
    return text + "||" if re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.S).count("||") % 2 else text


def inside_whole(text: str, at: int) -> bool:
    """Whether a text cut there would break a link, a spoiler, code, a mention or a custom emoji."""
    return any(found.start() < at < found.end() for found in _WHOLE.finditer(text))


def _pieces(text: str, limit: int) -> tuple[str, ...]:
    pieces: list[str] = []
    opener, rest = "", text.strip()
    while rest:
        if len(opener) + len(rest) + len(_CLOSE) <= limit or (not opener and len(rest) <= limit):
            pieces.append(opener + rest + (_CLOSE if opener and _open_fence(opener + rest) else ""))
            break
        piece, opener, rest = _take(opener, rest, limit)
        pieces.append(piece)
    return tuple(pieces)


def _take(opener: str, rest: str, limit: int) -> tuple[str, str, str]:
    """One piece of ``rest``, the opener that the next piece needs, and what is left."""
    room = limit - len(opener) - len(_CLOSE)
    cut = _outside_backticks(rest, _beside_whole(opener, rest, _border(rest, room), room))
    fence = _open_fence(opener + rest[:cut])
    if fence is not None and not opener:
        start = rest[:cut].rfind(_FENCE)
        if start > 0 and not rest[start + len(fence) : cut].strip() and rest[:start].strip():
            # Nothing but the opening of the fence would fit: leave it to the next piece.
            return rest[:start].rstrip(), "", rest[start:]
    if fence is None:
        return (opener + rest[:cut]).rstrip(), "", rest[cut:].lstrip()
    # Inside code, white space means something: only the line break at the border goes.
    piece, rest = opener + rest[:cut].removesuffix("\n") + _CLOSE, rest[cut:]
    if rest.lstrip().startswith(_FENCE):
        # The code ended right here, and its fence was just closed.
        return piece, "", rest.lstrip().removeprefix(_FENCE).lstrip()
    return piece, fence + "\n", rest


def _open_fence(text: str) -> str | None:
    """The fence that is open at the end of the text, with its language; None when all are closed."""
    marks = [mark.group() for mark in _FENCE_WITH_LANGUAGE.finditer(text)]
    return marks[-1] if len(marks) % 2 else None


def _border(text: str, room: int) -> int:
    """Where to cut: behind the last good border within ``room`` that leaves no piece less than half full."""
    window = text[:room]
    least = room // 2
    for border in ("\n\n", "\n"):
        if (at := window.rfind(border)) >= least:
            return at + len(border)
    if (sentence := [m.end() for m in _SENTENCE_END.finditer(window) if m.end() >= least]):
        return sentence[-1]
    if (at := max(window.rfind(" "), window.rfind("\t"))) >= least // 2:
        return at + 1
    return _between_characters(text, room)


def _beside_whole(opener: str, text: str, cut: int, room: int) -> int:
    """Move the cut out of what must stay whole: before it, or behind it where it is the first; as long as it has room in a piece."""
    before = len(opener)
    for found in _WHOLE.finditer(opener + text):
        start, end = found.start() - before, found.end() - before
        if start >= cut:
            break
        if cut < end and not found["code"] and end - start <= room:
            return start if text[: max(start, 0)].strip() else min(end, room)
    return cut


def _between_characters(text: str, at: int) -> int:
    """The nearest place at or before ``at`` that cuts no visible character into halves."""
    for cut in range(at, max(at - _LONGEST_CLUSTER, 1), -1):
        if not _glued(text, cut):
            return cut
    return at


def _glued(text: str, cut: int) -> bool:
    """Whether the characters on both sides of ``cut`` are one visible character."""
    before, after = text[cut - 1], text[cut]
    if before == _ZWJ or after in (_ZWJ, _ZWNJ) or _is_tag(after):
        return True
    if unicodedata.category(after) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return True
    if _is_regional(before) and _is_regional(after):
        start = cut
        while start > 0 and _is_regional(text[start - 1]):
            start -= 1
        return (cut - start) % 2 == 1
    return False


def _is_regional(c: str) -> bool:
    """Two regional indicators make a flag."""
    return "\U0001f1e6" <= c <= "\U0001f1ff"


def _outside_backticks(text: str, cut: int) -> int:
    """Move the cut before a run of backticks that it would break, as long as that leaves something."""
    start = cut
    while 0 < start < len(text) and text[start] == "`" == text[start - 1]:
        start -= 1
    return start or cut

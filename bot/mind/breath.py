"""An answer as somebody types it who presses Enter now and then: in a few messages, each a thought, and with the time that typing takes."""

import re

from bot.mind.speech import FENCED, inside_whole

_SHORT = 80
"""Characters that nobody would send in two messages."""
_THOUGHT = 140
_AT_MOST = 4
_LIST = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)]|>|#|\|)\s", re.M)
_ENDS = re.compile(r"(?<=[.!?…])[\"')\]”’*_]*\s+|(?<=[。！？])[」』”]*|\n+")

_LETTERS_A_SECOND = 22.0
_LEAST, _LONGEST = 0.8, 4.0


def breaths(text: str) -> tuple[str, ...]:
    """One to four messages. Code, lists and quotes are not taken apart, nor are links and spoilers."""
    text = text.strip()
    if len(text) <= _SHORT:
        return (text,) if text else ()
    thoughts = [thought for block in _blocks(text) for thought in _thoughts(block)]
    while len(thoughts) > _AT_MOST:
        shortest = min(range(len(thoughts) - 1), key=lambda i: len(thoughts[i]) + len(thoughts[i + 1]))
        thoughts[shortest : shortest + 2] = ["\n".join(thoughts[shortest : shortest + 2])]
    return tuple(thoughts)


def typing_time(text: str) -> float:
    """Seconds that it takes to type a message, for somebody quick whom nobody should wait for."""
    return min(max(len(text) / _LETTERS_A_SECOND, _LEAST), _LONGEST)


def _blocks(text: str) -> list[str]:
    """Paragraphs; code with what stands before and behind it in its own."""
    fences = [found.span() for found in FENCED.finditer(text)]
    blocks, start = [], 0
    for gap in re.finditer(r"\n\s*\n", text):
        if not any(first < gap.start() < last for first, last in fences):
            blocks.append(text[start : gap.start()])
            start = gap.end()
    return [block.strip() for block in (*blocks, text[start:]) if block.strip()]


def _thoughts(block: str) -> list[str]:
    if FENCED.search(block) or _LIST.search(block):
        return [block]
    thoughts, start = [""], 0
    ends = [found for found in _ENDS.finditer(block) if found.end() > found.start() and not inside_whole(block, found.end())]
    for end in (*(found.end() for found in ends), len(block)):
        sentence, start = block[start:end], end
        if thoughts[-1] and len(thoughts[-1]) + len(sentence.strip()) > _THOUGHT:
            thoughts.append("")
        thoughts[-1] += sentence
    return [thought.strip() for thought in thoughts if thought.strip()]

"""How a way of talking is told apart by counting. Pure.

Eight habits that do not depend on what is talked about; the distance of two ways of talking is the mean difference of these, each in units of
what is usual (the spread of English chat lines, so that no habit outweighs the others). A sentence that a line says again counts once: a small
model that goes round in circles would have as many questions as a crowd.
"""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[\w'’]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MINE = {"i", "i'm", "i've", "i'd", "i'll", "me", "my", "mine"}
_YOURS = {"you", "you're", "you've", "you'd", "you'll", "your", "yours"}
_SPREAD = {"words a line": 12.0, "words a sentence": 6.0, "letters a word": 0.6, "questions": 0.5, "exclamations": 0.5, "contractions": 0.06, "I": 0.06, "you": 0.06}


def habits(lines: Sequence[str]) -> dict[str, float]:
    """Means over lines, words or sentences; of questions and exclamations the share of lines that have one. Zeros without any words."""
    said = [list(dict.fromkeys(sentence for sentence in _SENTENCE.split(line.strip()) if sentence)) for line in lines]
    words = [word.replace("’", "'") for line in said for sentence in line for word in _WORD.findall(sentence.lower())]
    if not words:
        return dict.fromkeys(_SPREAD, 0.0)
    return {
        "words a line": len(words) / len(lines),
        "words a sentence": len(words) / sum(map(len, said)),
        "letters a word": sum(map(len, words)) / len(words),
        "questions": sum("?" in "".join(line) for line in said) / len(lines),
        "exclamations": sum("!" in "".join(line) for line in said) / len(lines),
        "contractions": sum("'" in word for word in words) / len(words),
        "I": sum(word in _MINE for word in words) / len(words),
        "you": sum(word in _YOURS for word in words) / len(words),
    }


def distance(one: Sequence[str], other: Sequence[str]) -> float:
    """0 is the same habits; 1 is apart by as much as chat lines usually differ, in every habit. No habit counts more than 3."""
    ours, theirs = habits(one), habits(other)
    return sum(min(abs(ours[habit] - theirs[habit]) / spread, 3.0) for habit, spread in _SPREAD.items()) / len(_SPREAD)

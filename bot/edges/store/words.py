"""Words for the full-text index: what is indexed, and what a person's sentence asks for.

SQLite's ``unicode61`` cuts at spaces and marks, so a Chinese or Japanese sentence would be one word. Such runs are
indexed as their characters and pairs of characters.
"""

import re
import unicodedata
from hashlib import blake2b

MOST = 48
"""Terms of one query; a message of 4,000 characters must not become 4,000 look-ups."""

_RUN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")

_STOP = frozenset(
    """a about after again all also am an and any are aren as at be because been before being but by can cannot could
    couldn d did didn do does doesn doing don done down each few for from further get go going gonna got had hadn has
    hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just let like
    ll m me more most my myself no nor not now o of off oh ok okay on once only or other our ours ourselves out over own
    re really s same shall she should shouldn so some such t than that the their theirs them themselves then there these
    they this those through to too um under until up us ve very was wasn we well were weren what when where which while
    who whom why will with won would wouldn yeah yes you your yours yourself yourselves""".split()
)


def indexed(*texts: str) -> str:
    """What goes into the index for these texts."""
    return _RUN.sub(lambda run: f" {' '.join([*run[0], *_pairs(run[0])])} ", "\n".join(texts))


def owner(person: str) -> str:
    """One word that stands for a person."""
    return f"p{blake2b(person.encode(), digest_size=10).hexdigest()}"


def query(person: str, sentence: str) -> str:
    """An FTS5 query for any of the telling words of a sentence, among one person's rows. Empty when there are none.

    Every term is quoted and holds letters, digits and marks only, so nothing a person types is query syntax.
    """
    found = list(dict.fromkeys(_terms(sentence)))[:MOST]
    if not found:
        return ""
    any_of = " OR ".join(f'"{term}"' for term in found)
    return f'owner : "{owner(person)}" AND body : ({any_of})'


def _terms(sentence: str) -> list[str]:
    letters = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in sentence.casefold())
    terms = [word for word in _RUN.sub(" ", letters).split() if word not in _STOP]
    for run in _RUN.findall(letters):
        terms += _pairs(run) or [run]
    return terms


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]

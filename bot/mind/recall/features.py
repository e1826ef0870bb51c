"""What can be said about candidates in the light of a question: columns of numbers for the learned ranker.

Nothing here knows a person, a name or a word of the training data: names count only as "the same name in both".
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.mind.events import Candidate
from bot.mind.recall.company import Column, Company, Places
from bot.mind.recall.question import KINDS, Question
from bot.mind.words import stemmed, words

_SIGNS = {
    "time": """yesterday today tonight tomorrow ago last next since weekend week weeks month months year years monday tuesday wednesday thursday friday
        saturday sunday january february march april june july august september october november december""",
    "self": "i im ive my me we our us",
    "you": "you your",
    "cause": "because since after until due whenever made makes instead reason so",
    "aim": """always never every only now anymore longer stopped started quit switched still refuse refused avoid avoiding keep kept used learned learnt decided
        declined turned want wanted hope hoping goal plan planning saving training working aim dream determined believe value values important matters
        rather prefer""",
    "call": "hey hi hello wow thanks yeah yes sure glad congrats awesome cool nice great sounds absolutely totally exactly",
}
_MEANT: dict[str, list[str]] = {}
for _sign, _words in _SIGNS.items():
    for _word in _words.split():
        _MEANT.setdefault(_word, []).append(_sign)
_SELF, _TELLING = frozenset(_SIGNS["self"].split()), frozenset(f"{_SIGNS['cause']} {_SIGNS['aim']}".split())

RISING = frozenset({"dense", "aimed", "aimed_scaled", "lexical", "lexical_scaled", "own", "linear", "weighed", "beside", "session"})
"""The more of these the better, whatever the data say: a fit may not learn otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What was measured before: a number for each candidate, and whether what was said before the question was used as well."""

    own: Column
    linear: Column
    context: bool


def telling(text: str) -> float:
    """How much a text looks like something about oneself with a reason, a habit or an aim in it, 0 to 1: what matters
    later without sharing a word with what is said then."""
    if "?" in text:
        return 0.0
    said = text.lower().split()
    return 0.0 if _SELF.isdisjoint(said) else min(3, len(_TELLING.intersection(said))) / 3


def text_of(candidate: Candidate) -> str:
    """The words of a candidate."""
    if candidate.turn is not None:
        return candidate.turn.text
    return f"{candidate.memory.gist} {candidate.memory.quote}" if candidate.memory is not None else ""


def said_at(candidate: Candidate) -> datetime:
    """When it was said."""
    said = candidate.turn or candidate.memory
    assert said is not None  # a candidate is one or the other
    return said.said_at


def columns(question: Question, candidates: Sequence[Candidate], company: Company, scores: Scores, chosen: Places) -> Mapping[str, Column]:
    """A number for each index in ``chosen``, under each name."""
    texts = [text_of(candidates[i]) for i in chosen.tolist()]
    measured = _measured(candidates, company, scores)
    made = {name: values[chosen] for name, values in measured.items()}
    said = [words(text) for text in texts]
    made |= _of_words(question, said, chosen, company)
    made |= _of_speakers(question, candidates, chosen, company)
    made |= _of_times(question, candidates, chosen)
    made |= _of_signs(texts, said)
    made["answers"] = np.array([_asked(candidates, before) for before in company.before[chosen].tolist()])
    return made | {name: np.full(len(chosen), value) for name, value in _of_question(question, measured, scores).items()}


def _measured(candidates: Sequence[Candidate], company: Company, scores: Scores) -> dict[str, Column]:
    """From scores alone; over all candidates."""
    dense, aimed, lexical = np.array([c.dense for c in candidates]), np.array([c.aimed for c in candidates]), np.array([c.lexical for c in candidates])
    own = scores.own
    made = {
        "dense": dense, "aimed": aimed, "lexical": lexical, "own": own, "linear": scores.linear, "beside": company.beside(own),
        "beside_aimed": company.beside(aimed), "beside_lexical": company.beside(lexical), "session": company.session(own),
        "before": company.seen(company.before, own), "after": company.seen(company.after, own),
        "two_off": np.maximum(company.seen(_twice(company.before), own), company.seen(_twice(company.after), own)),
        "session_best": company.session_best(own), "session_found": np.log1p(company.session_found()),
    }
    for name in ("dense", "aimed", "lexical", "own", "linear", "session"):
        made[f"{name}_rank"] = np.log1p(_ranks(made[name]))
        made[f"{name}_gap"] = made[name].max() - made[name]
    spread = aimed.std()
    return made | {
        "aimed_scaled": scaled(aimed), "lexical_scaled": scaled(lexical), "aimed_spread": (aimed - aimed.mean()) / spread if spread > 0 else np.zeros(len(aimed)),
    }


def _twice(places: Places) -> Places:
    return np.append(places, -1)[places]


def _of_words(question: Question, said: Sequence[Sequence[str]], chosen: Places, company: Company) -> dict[str, Column]:
    """Which of the asked words are in it and in what stands beside it; a word that few candidates have weighs more."""
    stem_of = stemmed(frozenset().union(*said))
    carried = {i: frozenset(filter(None, map(stem_of.get, of))) for i, of in zip(chosen.tolist(), said, strict=True)}
    asked = {i: found & question.stems for i, found in carried.items()}
    held = Counter(s for found in asked.values() for s in found)
    weight = {s: math.log1p(len(said) / held[s]) if held[s] else math.log1p(len(said)) for s in question.stems}
    whole = sum(weight.values()) or 1.0
    none: frozenset[str] = frozenset()
    near = [(i, b, a) for i, b, a in zip(chosen.tolist(), company.before[chosen].tolist(), company.after[chosen].tolist(), strict=True)]
    made = {
        "weighed": [sum(map(weight.__getitem__, asked[i])) / whole for i, _, _ in near],
        "weighed_around": [sum(map(weight.__getitem__, asked[i].union(asked.get(b, none), asked.get(a, none)))) / whole for i, b, a in near],
        "length": [len(carried[i]) for i, _, _ in near],
        "length_beside": [max(len(carried.get(b, none)), len(carried.get(a, none))) for _, b, a in near],
    }
    return {name: np.array(values, dtype=float) for name, values in made.items()}


def _of_signs(texts: Sequence[str], said: Sequence[Sequence[str]]) -> dict[str, Column]:
    """How many words of each kind are in it, how many questions, and how many words in capitals inside of sentences."""
    told = {name: [0] * len(texts) for name in _SIGNS}
    for i, spoken in enumerate(said):
        for word in filter(_MEANT.__contains__, spoken):
            for sign in _MEANT[word]:
                told[sign][i] += 1
    capitals = [len([word for word in text.split()[1:] if word[0].isupper() and len(word) > 2]) for text in texts]
    listed = told | {"question": [text.count("?") for text in texts], "capitals": capitals}
    counts = {name: np.array(values, dtype=float) for name, values in listed.items()}
    return counts | {"tells": counts["cause"] + counts["aim"]}


def _of_speakers(question: Question, candidates: Sequence[Candidate], chosen: Places, company: Company) -> dict[str, Column]:
    """Whether the one who spoke is named in the question, or only the one they spoke with; 0 for memories."""
    speakers = {c.turn.speaker for c in candidates if c.turn is not None}
    named = question.named(speakers)
    who = [t.speaker if (t := candidates[i].turn) is not None else "" for i in chosen.tolist()]
    return {
        "speaker_named": np.array([float(s in named) for s in who]),
        "other_named": np.array([float(bool(named) and s not in named) for s in who]),
        "speakers_named": np.full(len(chosen), float(len(named))),
    }


def _of_times(question: Question, candidates: Sequence[Candidate], chosen: Places) -> dict[str, Column]:
    """How far it was said from the time that the question names, in days (logarithm; -1 when it names none)."""
    span = question.span
    return {"days_off": np.array([math.log1p(span.days_from(said_at(candidates[i]))) if span else -1.0 for i in chosen.tolist()])}


def _of_question(question: Question, measured: Mapping[str, Column], scores: Scores) -> dict[str, float]:
    """The same for every candidate: what kind of question it is, and how well anything fits."""
    aimed = np.sort(measured["aimed"])[::-1]
    return {
        "asked_stems": float(len(question.stems)), "asked_names": float(len(question.names)),
        "best_aimed": float(aimed[0]), "tenth_aimed": float(aimed[min(9, len(aimed) - 1)]), "best_lexical": float(measured["lexical"].max()),
        "context": float(scores.context),
        **{f"kind_{kind}": float(question.kind == kind) for kind in KINDS},
    }


def _asked(candidates: Sequence[Candidate], before: int) -> float:
    return float(before >= 0 and "?" in text_of(candidates[before]))


def _ranks(values: Column) -> Column:
    """How many are greater: equals share a rank."""
    return np.searchsorted(np.sort(-values), -values).astype(float)


def scaled(values: Column) -> Column:
    """Brought to 0..1."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros(len(values))

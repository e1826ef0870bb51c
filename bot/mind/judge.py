"""A verdict on a draft, with reasons, before the person sees it.

Every check is deterministic. A *grave* fault (an invented memory, a claim to be human, the note shown) is never sent; a *light*
one only makes another draft preferable.
"""

import re
from dataclasses import dataclass

from bot.mind.belief import Emotions
from bot.mind.draft_faults import GRAVE, LIGHT, STREAMED, Case, invented_names
from bot.mind.salience import sentences
from bot.mind.words import content, words

__all__ = ["Case", "Verdict", "corrected", "judge", "judge_sentence", "must_be_right", "rank", "salvage", "without_concept"]

_PLAIN = 0.6
"""Share from which a draft plainly reads so."""

_LENGTH = 90
"""Characters that somebody writes in a chat; far from it either way is worse."""

_BLAND = re.compile(
    r"\bwhat (?:do|did|would) you think\b|\bdo you have any (?:other|more)\b|\bhow (?:do|did|does|is) (?:you|it|that|this|they) (?:\w+ )?feel\b|\bhow (?:do|did) you feel\b|\bcan you tell me\b"
    r"|\bwhat (?:made|makes) you (?:think|feel|say)\b|\bis there anything\b|你(?:觉得|怎么看)(?:呢|吗)?[？?]",
    re.IGNORECASE,
)
"""Questions that ask nothing of what was said."""

_CONCEPT = re.compile(r"^\W*(?:they feel \w+|it is about [^.:\n]{1,40}|(?:feeling|emotion|strategy|topic|mood)\s*:[^.\n]{0,60})[.\n]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Faults in words; a draft passes when there are none."""

    grave: tuple[str, ...] = ()
    light: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        return not self.grave and not self.light

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.grave + self.light


def judge(draft: str, case: Case, tone: Emotions | None = None) -> Verdict:
    """Judge a whole draft; ``tone`` is how the emotion reader reads it."""
    if not words(draft):
        return Verdict(grave=("it is empty",))
    grave = [reason for check in GRAVE if (reason := check(draft, case))]
    light = [reason for check in LIGHT if (reason := check(draft, case))]
    if tone is not None and case.plan.strategy in ("comfort", "care") and any(tone.ekman[name] >= _PLAIN for name in ("anger", "disgust")):
        light.append("it sounds harsh where they are hurt")
    return Verdict(tuple(grave), tuple(light))


def rank(draft: str, verdict: Verdict, case: Case, *, led: bool = False) -> tuple[float, ...]:
    """Sorts drafts, the best first: few grave faults, few light ones, no bland question, ``led`` by the card's own first words,
    something of what they said taken up, a chat's length."""
    taken_up = bool(content(draft) & content(case.text))
    return len(verdict.grave), len(verdict.light), bool(_BLAND.search(draft)), not led, not taken_up, abs(len(draft) - _LENGTH)


def corrected(verdict: Verdict) -> str:
    """For the note of another draft: what was wrong with the last one."""
    return f"The last try was wrong, {', '.join(verdict.reasons[:2])}; say it otherwise."


def without_concept(draft: str) -> str:
    """A draft without the concept it was given, should it begin with that."""
    while found := _CONCEPT.match(draft):
        draft = draft[found.end() :]
    return draft


def judge_sentence(sentence: str, case: Case) -> Verdict:
    """Judge one sentence of a reply that is being streamed: only what can be known before the rest is there."""
    grave = [reason for check in STREAMED if (reason := check(sentence, case))]
    return Verdict(tuple(grave))


def must_be_right(case: Case) -> bool:
    """Strategies in which a plain line is better than a draft with any fault."""
    return case.plan.strategy in ("be honest", "admit", "decline", "answer from memory", "stand", "apologise")


def salvage(draft: str, case: Case) -> str:
    """What is left of a draft without its faulty sentences; "" when nothing that passes is."""
    kept = " ".join(s for s in sentences(draft) if judge_sentence(s, case).passes and not invented_names(s, case))
    return kept if words(kept) and not judge(kept, case).grave else ""

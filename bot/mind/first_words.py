"""The first words of a reply, from the card: a small model that is given them keeps voice and direction, where one that is only told of both
often does not (docs/adr/0008-the-pipeline-carries-the-character.md)."""

from collections.abc import Sequence

from bot.mind.bound_phrase import bound_phrase
from bot.mind.draft_faults import Case, quotes
from bot.mind.tongue import is_chinese
from bot.mind.weaving import bounds

_LATELY = 8
"""Replies in which the same first words do not come again."""


def first_words(case: Case, number: int, attempt: int) -> str:
    """What draft ``attempt`` of the reply to turn ``number`` begins with; "" leaves it to the model, which it also is one time in so many.
    Drafts of one reply begin differently as long as the card has words for it."""
    chinese = is_chinese(case.text)
    lines = [line for line in _written(case) if is_chinese(line) == chinese and not any(reply.startswith(line) for reply in case.replied[-_LATELY:])]
    return [*lines, ""][(number + attempt) % (len(lines) + 1)]


def beyond(opening: str, said: Sequence[str]) -> list[str]:
    """Sentences with the one that goes beyond an opening joined to it: alone it says nothing."""
    held = next((n for n in range(len(said)) if not opening.startswith(" ".join(said[: n + 1]))), len(said))
    return [" ".join(said[: held + 1]), *said[held + 1 :]]


def _written(case: Case) -> Sequence[str]:
    openings, strategy = case.persona.openings, case.plan.strategy
    if strategy == "weave in":
        what = next((phrase for found, quote in zip(case.plan.used, quotes(case), strict=True) if bounds(found) and (phrase := bound_phrase(quote))), "")
        return [line.format(what=what, What=what[:1].upper() + what[1:]) for line in openings.remind] if what else ()
    if strategy == "opinion":
        return openings.disagree if "Do: disagree" in case.plan.note else ()
    lines: dict[str, Sequence[str]] = {
        "comfort": openings.comfort, "care": openings.care, "celebrate": openings.celebrate, "react": openings.react, "stand": openings.stand,
        "decline": openings.decline, "admit": openings.admit, "be honest": openings.honest, "goodbye": openings.goodbye,
    }
    return lines.get(strategy, ())

"""What is said when no draft of the model will do: a line of the card, or what is known in the plainest words."""

from collections.abc import Sequence

from bot.mind.draft_faults import FROM_MEMORY, Case, quotes
from bot.mind.knowledge import declining
from bot.mind.retell import address
from bot.mind.spine import principle
from bot.mind.spine_faults import plain_line
from bot.mind.tongue import is_chinese, safe_lines

_LATELY = 8
"""Replies in which a line is not said again."""


def spare_line(case: Case, number: int) -> str:
    """A line of the card for what the reply was to do, not said lately; "" when it has none left. ``number`` varies it."""
    lines = [line for line in _written(case) if line not in case.replied[-_LATELY:] and is_chinese(line) == is_chinese(case.text)]
    return lines[number % len(lines)] if lines else ""


def _written(case: Case) -> Sequence[str]:
    spare, strategy = case.persona.spare, case.plan.strategy
    if strategy == "weave in":
        memory = "; ".join(_told(case)[:1])
        return [line.format(memory=memory) for line in spare.weave] if memory else ()
    if strategy == "opinion":
        held = principle(case.text, case.persona.values) or case.persona.values[0]
        return [line.format(principle=held.says) for line in spare.opinion]
    lines: dict[str, Sequence[str]] = {
        "comfort": spare.comfort, "care": spare.care, "celebrate": spare.celebrate, "react": spare.react, "goodbye": spare.goodbye,
    }
    return lines.get(strategy, ())


def _told(case: Case) -> list[str]:
    return [address(quote[:200]).strip(" .,;!?") for quote in quotes(case)]


def last_resort(case: Case, number: int) -> str:
    """What is said when nothing else will do. ``number`` varies the line."""
    persona, strategy = case.persona, case.plan.strategy
    if spare := spare_line(case, number):
        return spare
    if case.plan.used and strategy in FROM_MEMORY:
        told = "; ".join(_told(case)[:2])
        return f"{told[:1].upper()}{told[1:]}" + (", remember?" if strategy == "weave in" else ". That much I know.")
    if upright := plain_line(strategy, case.plan.note, number, is_chinese(case.text)):
        return upright
    lines = safe_lines(case.text, strategy, {"be honest": persona.honest, "admit": persona.unsure, "decline": declining(persona)}.get(strategy, (persona.trouble,)))
    return lines[number % len(lines)]

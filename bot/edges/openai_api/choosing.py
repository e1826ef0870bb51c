"""Which of the given answers would it be? Read off the first token's chances, or asked outright."""

import math
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from bot.edges.openai_api.answers import Chance
from bot.ports import Message


class Chosen(BaseModel):
    """The answer to ``ballot``."""

    answer: str


def shares(options: Sequence[str], chances: Sequence[Chance]) -> tuple[float, ...] | None:
    """Probabilities that sum to 1, from the tokens that could have come first; None when these do not tell the options apart.

    A token counts for the option that it begins. What lies outside the tokens that the server lists counts as nothing.
    """
    weights = [0.0] * len(options)
    for chance in chances:
        token = chance.token.lstrip()
        begun = [i for i, option in enumerate(options) if token and option.startswith(token)]
        if len(begun) > 1:
            return None
        for i in begun:
            weights[i] += math.exp(chance.logprob)
    whole = sum(weights)
    return tuple(weight / whole for weight in weights) if whole > 0 else None


def ballot(messages: Sequence[Message], options: Sequence[str]) -> tuple[Message, ...]:
    """The question with its options enumerated. In the last message, if that is theirs: some templates take no two in a row."""
    listed = "\n".join(f"- {option}" for option in options)
    asked = f'Answer with exactly one of these, as JSON {{"answer": "..."}}:\n{listed}'
    if messages and messages[-1].role == "user":
        return (*messages[:-1], Message("user", f"{messages[-1].content}\n\n{asked}"))
    return (*messages, Message("user", asked))


def ballot_schema(options: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": {"answer": {"enum": list(options)}}, "required": ["answer"], "additionalProperties": False}

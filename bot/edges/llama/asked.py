"""A request on the parent's side: how it is put to the worker, and what comes back for it, across the death of a worker too."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from bot.edges.llama.protocol import Choose, Count, Counted, Done, Forget, Generate, Refused, Reply
from bot.errors import ModelFailed
from bot.ports import Completion, Message


class Again:
    """The worker died and another one begins the request anew: what was said comes once more."""


@dataclass(slots=True, eq=False)
class Asked:
    """A request under way, and what came back for it."""

    request: Generate | Choose | Count | Forget
    replies: "asyncio.Queue[Reply | ModelFailed | Again]" = field(default_factory=asyncio.Queue)
    begun: bool = False
    repeated: bool = False

    async def answers(self) -> AsyncGenerator[Reply | Again]:
        """What comes for it, its last reply included. Raises ModelFailed."""
        while True:
            reply = await self.replies.get()
            if isinstance(reply, ModelFailed):
                raise reply
            if isinstance(reply, Refused):
                raise ModelFailed(reply.why)
            yield reply
            if isinstance(reply, Done | Counted):
                return


def generate(id: int, request: Completion, *, scored: bool) -> Generate:
    """The request of the port as the worker takes it."""
    return Generate(
        id=id,
        chat=chat(request.messages),
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        top_k=request.top_k,
        top_p=request.top_p,
        min_p=request.min_p,
        repeat_penalty=request.repeat_penalty,
        # Drawn here, so that a request that has to be begun anew says the same again.
        seed=random.randrange(1 << 32) if request.seed is None else request.seed,
        repeatable=request.seed is not None,
        stop=request.stop,
        opening=request.opening,
        schema=request.schema,
        background=request.background,
        owner=request.owner,
        adapter=request.adapter,
        seconds=request.seconds,
        scored=scored,
    )


def chat(messages: Sequence[Message]) -> tuple[tuple[str, str], ...]:
    return tuple((message.role, message.content) for message in messages)


def unsaid(piece: str, again: str) -> tuple[str, str]:
    """What of a piece is new, and what still has to come ``again`` before anything is. Raises ModelFailed."""
    length = min(len(piece), len(again))
    if piece[:length] != again[:length]:
        raise ModelFailed("The model crashed and is being started again. Please ask once more.")
    return piece[length:], again[length:]

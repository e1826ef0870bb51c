"""A request in the words of the OpenAI chat API: as rich as good servers take it, or plain."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bot.ports import Completion, Message

_EXTRA = {"min_p", "repeat_penalty", "repetition_penalty", "chat_template_kwargs"}
"""Fields that are not OpenAI's own."""

_SILENT_THOUGHT = {"chat_template_kwargs": {"enable_thinking": False}}
"""Models that can think aloud are told not to: the person waits, and a companion does not talk to itself."""


def body(messages: Sequence[Message], fields: Mapping[str, Any], *, plain: bool) -> dict[str, Any]:
    """What to send, but for the model's name. ``plain`` leaves out what is not OpenAI's own, and folds system messages in."""
    fields = {**_SILENT_THOUGHT, **fields}
    if plain:
        messages, fields = _alternating(messages), {name: value for name, value in fields.items() if name not in _EXTRA}
    return {"messages": [{"role": message.role, "content": message.content} for message in messages], **fields}


def fields_of(request: Completion) -> dict[str, Any]:
    """The request in the API's words. What is None or empty is left out, because some servers take no null."""
    fields: dict[str, Any] = {
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "min_p": request.min_p,
        "repeat_penalty": request.repeat_penalty,  # llama-server
        "repetition_penalty": request.repeat_penalty,  # vLLM, SGLang
    }
    if request.seed is not None:
        fields["seed"] = request.seed
    if stop := [word for word in request.stop if word]:
        fields["stop"] = stop
    return fields | (schema_field(request.schema) if request.schema is not None else {})


def schema_field(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)}}}


def _alternating(messages: Sequence[Message]) -> tuple[Message, ...]:
    """User and assistant in turn: system text goes to the user, and neighbours of one role are joined."""
    joined: list[Message] = []
    for message in messages:
        role: Literal["user", "assistant"] = "assistant" if message.role == "assistant" else "user"
        if joined and joined[-1].role == role:
            joined[-1] = Message(role, f"{joined[-1].content}\n\n{message.content}")
        else:
            joined.append(Message(role, message.content))
    return tuple(joined)

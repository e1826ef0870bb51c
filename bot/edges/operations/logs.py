"""What is logged, and how it looks. Nothing that people say is ever logged, at any level; nor is a secret."""

import logging
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Literal, TextIO

import structlog

Look = Literal["plain", "json"]
"""``plain`` with time and place, ``json`` one object a line."""

TALKATIVE = ("discord", "aiosqlite", "sqlalchemy", "alembic", "aiohttp", "asyncio", "httpx", "httpcore", "urllib3", "sentence_transformers", "apscheduler")
"""Libraries that log whole messages, statements with their values, or addresses with keys when they are asked for details."""

HIDDEN = "[secret]"


def set_up_logs(look: Look, *, ours: int, secrets: Sequence[str] = (), stream: TextIO | None = None) -> None:
    """From now on. ``ours`` is the level of Oldfriend's own rooms; libraries tell of errors only. ``secrets`` never appear."""
    shared: list[Any] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, keep_exc_info=False,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info, _Hide(secrets), _LOOKS[look]],
    ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.ERROR)
    for name in ("bot", "plugins"):
        logging.getLogger(name).setLevel(ours)
    keep_libraries_quiet()


def keep_libraries_quiet() -> None:
    """At their most talkative they log what people said; what they warn of is for those who wrote the code."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.ERROR, logging.getLogger(name).level))


class _Hide:
    """Takes secrets out of what is logged, tracebacks included."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [secret for secret in secrets if secret]

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            if isinstance(value, str):
                for secret in self._secrets:
                    value = value.replace(secret, HIDDEN)
                event[key] = value
        return event


def _plain(_logger: object, _method: str, event: Mapping[str, Any]) -> str:
    return f"{event['timestamp']} {event['level'].upper()} {event['logger']}: {_text(event)}"


def _text(event: Mapping[str, Any]) -> str:
    return "\n".join(part for part in (str(event.get("event", "")), event.get("exception", "")) if part)


_LOOKS: dict[Look, Any] = {"plain": _plain, "json": structlog.processors.JSONRenderer(ensure_ascii=False)}

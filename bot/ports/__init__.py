"""What the flows need from the outside. Each port has at most five methods; ``tests/contracts`` holds one suite for each.

All times are aware datetimes in UTC. Methods raise only errors of ``bot.errors``.
"""

from bot.ports.kept import (
    Archives,
    Diary,
    Fading,
    Forgetting,
    Keeping,
    Memories,
    Outbox,
    People,
    Proposals,
    Residents,
    Spaces,
    Stranger,
    Summaries,
    TakenIn,
    Turns,
)
from bot.ports.thinking import (
    Completion,
    Embedder,
    EmotionReader,
    Forgetful,
    LanguageModel,
    Message,
    ModelFacts,
    Vectors,
)
from bot.ports.world import Clock, Messenger, Painter, Personas, ProposalSource

__all__ = [
    "Archives",
    "Clock",
    "Completion",
    "Diary",
    "Embedder",
    "EmotionReader",
    "Fading",
    "Forgetful",
    "Forgetting",
    "Keeping",
    "LanguageModel",
    "Memories",
    "Message",
    "Messenger",
    "ModelFacts",
    "Outbox",
    "Painter",
    "People",
    "Personas",
    "ProposalSource",
    "Proposals",
    "Residents",
    "Spaces",
    "Stranger",
    "Summaries",
    "TakenIn",
    "Turns",
    "Vectors",
]

"""Models: a catalogue of names, downloads that resume and verify, and the choice of ``auto``."""

from bot.edges.models.auto import choose_auto
from bot.edges.models.catalogue import Builder, Catalogue, Progress, Status
from bot.edges.models.entries import ENTRIES, Entry

__all__ = ["ENTRIES", "Builder", "Catalogue", "Entry", "Progress", "Status", "choose_auto"]

"""Persona cards on disk: read them, bring new ones in, take them out for other programs."""

from bot.edges.persona_files.folder import PersonaFiles, load_card
from bot.edges.persona_files.passing_on import bring_in, settle, take_out

__all__ = ["PersonaFiles", "bring_in", "load_card", "settle", "take_out"]

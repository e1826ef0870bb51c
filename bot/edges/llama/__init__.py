"""The language model: llama.cpp in a process of its own, so that its crash or hang is an error and not an end."""

from bot.edges.llama.client import LlamaClient, open_llama
from bot.edges.llama.tuning import Setup, Tuning, choose_setup

__all__ = ["LlamaClient", "Setup", "Tuning", "choose_setup", "open_llama"]

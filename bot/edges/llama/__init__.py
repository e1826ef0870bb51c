"""The language model: llama.cpp in a process of its own, so that its crash or hang is an error and not an end."""

from bot.edges.llama.client import LlamaClient, open_llama
from bot.edges.llama.tuning import Setup, Tuning, built_for_gpu, choose_setup, suited
from bot.edges.llama.weights import read_weights

__all__ = ["LlamaClient", "Setup", "Tuning", "built_for_gpu", "choose_setup", "open_llama", "read_weights", "suited"]

"""Oldfriend: a self-hosted companion for Discord with personality, memory and empathy."""

__version__ = "0.1.0"

"""Sentence vectors from a model folder."""

from bot.edges.embedder.local import LocalEmbedder

__all__ = ["LocalEmbedder"]

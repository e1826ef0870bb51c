"""How a message feels, and whether it tells of danger, from a tuned copy of the embedding model."""

from bot.edges.emotion.reader import HEAD, LONGEST, LocalEmotionReader, windows_of

__all__ = ["HEAD", "LONGEST", "LocalEmotionReader", "windows_of"]

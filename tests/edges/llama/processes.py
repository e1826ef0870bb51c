"""The model processes that a program started; it may have other children, dead ones among them."""

from contextlib import suppress

import psutil


def workers(parent: int | None = None, name: str = "bot.edges.llama.worker") -> list[psutil.Process]:
    """Living children whose command names ``name``."""
    found = []
    for child in psutil.Process(parent).children():
        with suppress(psutil.NoSuchProcess):  # a zombie counts as gone
            if any(name in word for word in child.cmdline()):
                found.append(child)
    return found

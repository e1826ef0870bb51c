"""What people are told while they wait for an answer, and when there will be none."""

from bot.mind.tongues import ENGLISH, Tongue

_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

BUSY = "So many people are talking with me right now that I cannot keep up. Write to me again in a few minutes?"
"""Nobody else is let into the line."""
TOO_MANY = "That is more than I can answer. Give me a minute, and say it again then?"
"""They write faster than anybody is answered."""

LOST = "Something went wrong on my side, and I have no answer. Could you write that again in a moment?"
"""An answer failed, and nobody knows why."""


def place_in_line(ahead: int, say: Tongue = ENGLISH) -> str:
    """For somebody before whom so many come, at least one."""
    if ahead == 1:
        return say("Others are talking with me just now. You are next.")
    if ahead - 2 < len(_ORDINALS):
        return say("Others are talking with me just now. You are {} in line.", say(_ORDINALS[ahead - 2]))
    return say("Many are talking with me just now. You are number {} in line.", ahead)

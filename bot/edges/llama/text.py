"""From the bytes of tokens to text that may be shown: whole characters only, and nothing of a stop word."""

import codecs
from collections.abc import Sequence


class Outlet:
    """Takes the bytes of one token after the other and gives the text that is safe to pass on.

    A character is held back until it is whole, and an end that may be the beginning of a stop word until it is clear
    whether it is one. ``stopped`` turns True when a stop word came; nothing is given from then on.
    """

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = tuple(word for word in stop if word)
        # Bytes that are no UTF-8 at all are left out: a replacement character is a broken character too.
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        self._held = ""
        self.stopped = False

    def feed(self, raw: bytes) -> str:
        if self.stopped:
            return ""
        text = self._held + self._decoder.decode(raw)
        found = [(at + len(word), at) for word in self._stop if (at := text.find(word)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            _, start = min(found)  # the one complete first, so that the borders of tokens make no difference
            return text[:start]
        safe = len(text) - self._may_begin_a_stop(text)
        self._held = text[safe:]
        return text[:safe]

    def rest(self) -> str:
        """What was held back, at the end of the answer."""
        held, self._held = self._held, ""
        return held

    def _may_begin_a_stop(self, text: str) -> int:
        """Length of the longest end of ``text`` that is a beginning of a stop word."""
        return max((n for word in self._stop for n in range(1, len(word)) if text.endswith(word[:n])), default=0)

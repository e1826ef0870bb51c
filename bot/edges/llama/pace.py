"""How a step is made on this computer: with as many threads as were fastest lately, and no longer than people like to wait for it.

Drawing a few answers waits for memory as much as for cores, and threads wait for each other after every layer. On an idle computer
every core helps; beside one other busy program all cores can be several times slower than all but one. Only trying tells.
"""

from collections import Counter, deque
from statistics import median

_PACED = 16  # rows; more of them gain from every core in any case
_REMEMBERED = 5  # steps with each number of threads; their median, so that one disturbed step changes nothing
_TRY_AGAIN = 80  # steps from one trial of what was slower to the next, where that has more threads: the other program may have ended
_TRY_FEWER = 640  # where it has fewer: they do not get faster by themselves, and when all become slower than they were that shows at once
_TRIAL = 4  # steps
_NARROW = 2  # rows; a trial there costs little, and tells whether one is worth its price on wider steps
_CLEARLY = 1.25  # times as long as the other: no more steps are spent on it until the next trial
_LONGEST = 0.5  # seconds of a step: so long everybody's next word waits while a prompt is read, and a cancelled request goes on
_FIRST_ROWS = 64  # while nothing was measured
_FEWEST_ROWS = 32
_ALIGNED = 16  # rows; llama.cpp multiplies K quants by sixteen rows at once, and a rest of fewer takes as long as twice as many


class Pace:
    """For a context that may use ``most`` cores: all of them, or one less."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._choices = (most, max(1, most - 1))
        self._steps: Counter[int] = Counter()
        self._lately: dict[tuple[int, int], deque[float]] = {}  # rows and threads -> seconds
        self._reading: deque[float] = deque(maxlen=_REMEMBERED)
        self._before = most

    def rows(self, most: int) -> int:
        """What a step may evaluate, at most ``most``."""
        likely = int(_LONGEST / median(self._reading)) if self._reading else _FIRST_ROWS
        rows = min(most, max(likely, _FEWEST_ROWS))
        return rows // _ALIGNED * _ALIGNED or rows

    def threads(self, rows: int) -> int:
        """For a step of so many rows."""
        if rows > _PACED:
            return self._most
        self._steps[rows] += 1
        if not self._worth_trying(rows):
            return self._most
        faster, slower = sorted(self._choices, key=lambda threads: self._seconds(rows, threads))
        pause = _TRY_AGAIN if slower > faster else _TRY_FEWER
        return slower if self._steps[rows] % pause < _TRIAL and self._seconds(rows, slower) else faster

    def took(self, rows: int, threads: int, seconds: float) -> None:
        """What a step took. The first one with another number of threads wakes them or sends them to sleep, and does not count."""
        switched, self._before = threads != self._before, threads
        if switched:
            return
        if rows > _PACED:
            self._reading.append(seconds / rows)
            return
        self._lately.setdefault((rows, threads), deque(maxlen=_REMEMBERED)).append(seconds)

    def _worth_trying(self, rows: int) -> bool:
        """Whether fewer threads may be: on a narrow step, on a wider one where a narrower gained by them, or after a long time."""
        return rows <= _NARROW or self._steps[rows] >= _TRY_FEWER or any(self._gains_by_fewer(n) for n in range(1, rows))

    def _gains_by_fewer(self, rows: int) -> bool:
        most, fewer = (self._seconds(rows, threads) for threads in self._choices)
        return 0 < fewer < most

    def _seconds(self, rows: int, threads: int) -> float:
        """A step, lately; 0 for what was hardly tried yet, so that it comes first."""
        lately = self._lately.get((rows, threads), ())
        if len(lately) == _REMEMBERED or self._clearly_slower(rows, threads):
            return median(lately)
        return 0.0

    def _clearly_slower(self, rows: int, threads: int) -> bool:
        """So far, than the other number of threads, which is known."""
        lately = self._lately.get((rows, threads), ())
        other = next((self._lately.get((rows, n), ()) for n in self._choices if n != threads), ())
        return bool(lately) and len(other) == _REMEMBERED and min(lately) > _CLEARLY * median(other)

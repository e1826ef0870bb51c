"""Long measurements in pieces: what was answered stands in a file, and the next run goes on behind it.

``--out FILE`` keeps every answer as a JSON line the moment it is there, and a case that stands there is not asked again; ``--minutes M``
begins no further case after so long. The figures of every run are of all that stands in the file, so the last one tells of the whole.
"""

import argparse
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """``file`` is where answers are kept (None: nowhere); ``seconds`` how long further cases are begun (None: to the end)."""

    file: Path | None = None
    seconds: float | None = None
    watch: Callable[[], float] = time.monotonic

    async def answered(self, cases: Sequence[Row], ask: Callable[[Row], Awaitable[Row]]) -> list[Row]:
        """Each case with what ``ask`` answers to it, those of earlier pieces too, in the order of ``cases``; those that were not reached are missing."""
        done = self._kept()
        began = self.watch()
        for number, case in enumerate(cases, start=1):
            if _key(case) in done or (self.seconds is not None and self.watch() - began > self.seconds):
                continue
            answer = done[_key(case)] = await ask(case)
            if self.file is not None:
                with self.file.open("a", encoding="utf-8") as out:
                    out.write(json.dumps({"case": case, "answer": answer}, ensure_ascii=False) + "\n")
            sys.stderr.write(f"{number}/{len(cases)}\n")
        return [{**case, **done[_key(case)]} for case in cases if _key(case) in done]

    def _kept(self) -> dict[str, Row]:
        if self.file is None or not self.file.exists():
            return {}
        rows = map(json.loads, self.file.read_text(encoding="utf-8").splitlines())
        return {_key(row["case"]): row["answer"] for row in rows}


def add_piece(parser: argparse.ArgumentParser) -> None:
    """The options of a piece."""
    parser.add_argument("--out", type=Path, help="where every answer is kept; what stands there is not asked again")
    parser.add_argument("--minutes", type=float, help="begin no further case after so long")


def piece_of(asked: argparse.Namespace) -> Piece:
    """What those options say."""
    return Piece(asked.out, None if asked.minutes is None else 60 * asked.minutes)


def reached(rows: Sequence[Row], cases: Sequence[Row]) -> str:
    """For the head of the figures."""
    return f"{len(rows)} of {len(cases)} cases" + ("" if len(rows) == len(cases) else "; the same command goes on")


def _key(case: Row) -> str:
    return json.dumps(case, sort_keys=True, ensure_ascii=False)

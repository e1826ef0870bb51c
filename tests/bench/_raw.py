"""What llama.cpp itself does, without anything around it: ``python -m tests.bench._raw MODEL`` answers jobs as ``_peer`` does."""

import json
import sys
import time
from pathlib import Path

from bot.edges.llama.native import SEQUENCES, Native, Row
from bot.edges.llama.shelf import common
from bot.edges.llama.template import Template
from bot.edges.llama.tuning import choose_setup
from tests.bench._people import endless


class Raw:
    def __init__(self, model: Path) -> None:
        self._native = Native(model, choose_setup(4096), progress=lambda _: None, log=lambda _: None)
        self._template = Template(self._native)

    def drawing(self, system: str, users: int, steps: int) -> float:
        """Tokens a second of bare ``llama_decode`` for so many sequences, none of them sampled with more than a maximum."""
        native = self._native
        self._clear()
        prompts = [
            self._template.tokens((("system", system), ("user", endless(n).content)))
            for n in range(users)
        ]
        same = common(prompts[0], prompts[-1], len(prompts[0]) - 1) if users > 1 else 0
        self._read(0, prompts[0], 0)
        for sequence in range(1, users):
            native.share(0, sequence, same)
            self._read(sequence, prompts[sequence], same)
        tokens = [100 + n for n in range(users)]
        start = time.perf_counter()
        for step in range(steps):
            native.decode([Row(n, len(prompts[n]) + step, tokens[n], True) for n in range(users)])
            tokens = [int(native.logits(n).argmax()) for n in range(users)]
        return users * steps / (time.perf_counter() - start)

    def first_token(self, system: str, lines: list[str]) -> float:
        """Seconds to evaluate only what is new in a chat whose system message is evaluated already, and to choose a token."""
        native = self._native
        self._clear()
        known = self._template.tokens((("system", system), ("user", "Hi")))
        self._read(0, known, 0)
        taken = []
        for text in lines:
            prompt = self._template.tokens((("system", system), ("user", text)))
            same = common(known, prompt, len(prompt) - 1)
            native.cut(0, same)
            start = time.perf_counter()
            native.logits(self._read(0, prompt, same)).argmax()
            taken.append(time.perf_counter() - start)
        return sorted(taken)[len(lines) // 2]

    def _clear(self) -> None:
        for sequence in range(SEQUENCES):
            self._native.cut(sequence, 0)

    def _read(self, sequence: int, prompt: list[int], done: int) -> int:
        """Evaluate the rest of a prompt; the row of its last token."""
        while done < len(prompt):
            part = prompt[done : done + self._native.chunk]
            self._native.decode([Row(sequence, done + i, t, done + i == len(prompt) - 1) for i, t in enumerate(part)])
            done += len(part)
        return len(part) - 1


def main(model: str) -> None:
    raw = Raw(Path(model))
    for text in sys.stdin:
        job = json.loads(text)
        if job["what"] == "drawing":
            out = raw.drawing(job["system"], job["users"], job["tokens"])
        else:
            out = raw.first_token(job["system"], job["lines"])
        sys.stdout.write(json.dumps(out) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])

"""``python -m tests.evals.transcripts [NAME]... [--model small] [--seed 7] [--out docs/transcripts]``: talks as they were.

Types the messages of ``cases/transcripts.toml`` into ``oldfriend chat``, each persona with an empty memory of its own, and writes what was
said to ``<out>/<name>.md``, nothing changed and nothing left out, with the model and the seed.
"""

import argparse
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tests.evals.stage import cards

SCRIPTS = Path(__file__).parent / "cases" / "transcripts.toml"
DOCS = Path(__file__).parents[2] / "docs" / "transcripts"


def talk(name: str, messages: list[str], model: str, seed: int) -> list[str]:
    """One answer for each message, from the companion itself. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "bot", "chat", "--user", "Robin", "--persona", name, "--model", model, "--seed", str(seed), "--home", home]
        done = subprocess.run(command, input="\n".join(messages) + "\n", text=True, capture_output=True, check=True)
    return done.stdout.splitlines()


def written(name: str, messages: list[str], answers: list[str], model: str, seed: int) -> str:
    """The page."""
    display = cards()[name].display
    head = f"# Robin and {display}\n\nMade by `python -m tests.evals.transcripts {name} --model {model} --seed {seed}`; unedited.\n"
    lines = [f"**Robin:** {said}\n\n**{display}:** {answer}\n" for said, answer in zip(messages, answers, strict=True)]
    return "\n".join([head, *lines])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.transcripts")
    parser.add_argument("names", nargs="*", help="all without")
    parser.add_argument("--model", default="small")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=DOCS)
    asked = parser.parse_args()
    scripts = tomllib.loads(SCRIPTS.read_text(encoding="utf-8"))
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in asked.names or scripts:
        answers = talk(name, scripts[name], asked.model, asked.seed)
        (asked.out / f"{name}.md").write_text(written(name, scripts[name], answers, asked.model, asked.seed), encoding="utf-8")
        sys.stderr.write(f"{name}: done\n")


if __name__ == "__main__":
    main()

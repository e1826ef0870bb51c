"""A graph on disk: a cache that may be deleted at any time, and that is believed only when it is whole.

Beside ``NAME.hnsw`` (hnswlib's own format, which says nothing about damage) lies ``NAME.json`` with its checksum, its ids,
and the value of the ``change`` counter it has caught up with.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b, file_digest
from pathlib import Path

from bot.edges.store.shelf import Graph


@dataclass(frozen=True, slots=True)
class _Header:
    change: int
    width: int
    ids: list[int]
    digest: str


def stem(folder: Path, person: str, rest: str) -> Path:
    """Where the graph of a person goes; names tell nobody who it is."""
    return folder / f"{_mark(person)}-{_mark(rest)}"


def save(graph: Graph, at: Path, width: int, change: int) -> None:
    """Blocking. The old one is good, or gone, until the new one is complete. Raises OSError."""
    remove(at)
    body = at.with_suffix(".hnsw")
    at.parent.mkdir(mode=0o700, exist_ok=True)
    body.touch(mode=0o600)
    graph.save(body)
    header = _Header(change=change, width=width, ids=sorted(graph.ids), digest=_digest(body))
    head = at.with_suffix(".json")
    head.touch(mode=0o600)
    head.write_text(json.dumps(asdict(header)), encoding="ascii")


def load(at: Path, width: int) -> tuple[Graph, int] | None:
    """The graph and the change it has caught up with. None, and no file is left, when it is missing or damaged. Blocking."""
    try:
        header = _Header(**json.loads(at.with_suffix(".json").read_bytes()))
        body = at.with_suffix(".hnsw")
        if header.width == width and header.digest == _digest(body):
            return Graph.load(body, width, header.ids), header.change
    except (OSError, ValueError, TypeError, RuntimeError):
        pass  # whatever is wrong with a cache, the remedy is the same
    remove(at)
    return None


def sweep(folder: Path, change: int) -> None:
    """At start: remove what has seen more changes than the database, which was then replaced by an older one. Blocking."""
    for head in folder.glob("*.json"):
        try:
            newer = json.loads(head.read_bytes())["change"] > change
        except (OSError, ValueError, TypeError, KeyError):
            newer = True
        if newer:
            remove(head.with_suffix(""))


def remove(at: Path) -> None:
    for suffix in (".json", ".hnsw"):
        with suppress(FileNotFoundError):
            at.with_suffix(suffix).unlink()


def all_of(folder: Path, person: str | None) -> Iterator[Path]:
    """Every file about this person, or about anybody."""
    return folder.glob("*" if person is None else f"{_mark(person)}-*")


def _digest(path: Path) -> str:
    with path.open("rb") as body:
        return file_digest(body, "sha256").hexdigest()


def _mark(words: str) -> str:
    return blake2b(words.encode(), digest_size=12).hexdigest()

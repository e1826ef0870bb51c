"""Texts to try a model on: a folder of .txt files, one text a line; the name of a file says what its texts are.

``domain.cooking.txt`` holds texts of the label ``cooking`` in the group ``domain``. Those beside this file are our own: six domains and four
emotions of eight texts each, written for this purpose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ModelError

OWN = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Text:
    """``group`` is ``domain``, ``emotion`` or whatever files are named after; "" where a name has no dot."""

    group: str
    label: str
    text: str


def read_corpus(folder: Path = OWN) -> tuple[Text, ...]:
    """In the order of the names of the files; a single file will do as well. Raises ModelError when there is nothing to read."""
    files = [folder] if folder.is_file() else sorted(folder.glob("*.txt"))
    texts = tuple(text for file in files for text in _texts(file))
    if not texts:
        raise ModelError(f"{folder} is neither a text file nor a folder with .txt files that hold one text a line.")
    return texts


def labelled(texts: Sequence[Text], group: str = "") -> dict[str, list[str]]:
    """Texts by label, in the order of the labels; of one group, or of all."""
    found: dict[str, list[str]] = {}
    for one in texts:
        if group in ("", one.group):
            found.setdefault(one.label, []).append(one.text)
    return found


def _texts(file: Path) -> list[Text]:
    group, dot, label = file.stem.partition(".")
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as fault:
        raise ModelError(f"{file}: byte {fault.start} is not UTF-8; save it as UTF-8.") from fault
    return [Text(group if dot else "", label if dot else group, line.strip()) for line in lines if line.strip()]

"""Put a new card into the personas folder, and take one out as a file for other programs."""

import json
import shutil
from pathlib import Path

from bot.edges.persona_files.folder import load_card
from bot.errors import PersonaError
from bot.mind.character_card import LARGEST, Imported, convert, into_image, read_file, write_card
from bot.mind.persona import Persona
from bot.mind.toml_text import to_toml


def bring_in(file: Path, folder: Path, name: str = "") -> tuple[Persona, tuple[str, ...]]:
    """Import a card file as ``folder/<name>``: the persona, and warnings about what was left out. Raises PersonaError; then nothing
    was written."""
    if file.stat().st_size > LARGEST:
        raise PersonaError(file.name, [f"the file is larger than {LARGEST} bytes"])
    imported = convert(read_file(file.read_bytes()), name)
    return settle(imported, folder), imported.warnings


def settle(imported: Imported, folder: Path) -> Persona:
    """Write the folder of a card, or nothing at all when it is not sound. Raises PersonaError."""
    home = folder / imported.name
    if home.exists():
        raise PersonaError(imported.name, [f"{home} is there already; choose another name with --name"])
    # Tried where nobody looks for personas: what is refused never becomes one.
    hall = folder / ".arriving"
    trial = hall / imported.name
    try:
        _write(trial, imported)
        load_card(trial)
        trial.rename(home)
    finally:
        shutil.rmtree(hall, ignore_errors=True)
    return load_card(home)


def _write(home: Path, imported: Imported) -> None:
    home.mkdir(parents=True)
    (home / "persona.toml").write_text(to_toml(imported.card), encoding="utf-8")
    (home / "prompt.md").write_text(imported.prompt.strip() + "\n", encoding="utf-8")
    (home / "knowledge").mkdir()
    if imported.lorebook:
        (home / "knowledge" / "lorebook.md").write_text(imported.lorebook, encoding="utf-8")


def take_out(persona: Persona, file: Path, *, version: int, image: Path | None) -> None:
    """Write a card file: a PNG when its name ends so, else JSON. Raises PersonaError."""
    if file.suffix.lower() == ".png":
        file.write_bytes(into_image(persona, image.read_bytes() if image else None))
    else:
        file.write_text(json.dumps(write_card(persona, version=version), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

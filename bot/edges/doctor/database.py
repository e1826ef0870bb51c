"""The database file, looked at without writing to it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bot.edges.doctor.finding import Finding


def check_database(file: Path, backups: Sequence[Path]) -> Finding:
    """Is the file sound? ``backups`` are its copies, newest first."""
    newest = f"newest backup {backups[0]}" if backups else "no backup yet"
    if not file.exists():
        if backups:
            fix = f"if it is gone by mistake: cp {backups[0]} {file}"
            return Finding("database", "warn", f"{file} is not there; {newest}", fix)
        return Finding("database", "ok", f"none yet; it will be {file}")
    fault = _fault(file)
    if not fault:
        return Finding("database", "ok", f"{file} is sound; {newest}")
    fix = f"stop Oldfriend, then: mv {file} {file}.damaged"
    fix += f" && cp {backups[0]} {file}" if backups else ", and begin anew; what can be read of it: sqlite3 FILE .recover"
    return Finding("database", "fail", f"{file}: {fault}; {newest}", fix)


def _fault(file: Path) -> str:
    """"" when it is sound."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if verdict == "ok" else str(verdict)

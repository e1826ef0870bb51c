"""Write what ``tomllib`` reads: tables of strings, numbers, truths, lists and lists of tables."""

import json
from collections.abc import Mapping
from typing import Any


def to_toml(table: Mapping[str, Any]) -> str:
    """A TOML document. Keys are plain words; None is left out."""
    return "\n".join(_lines(table, "")).strip() + "\n"


def _lines(table: Mapping[str, Any], path: str) -> list[str]:
    kept = {key: value for key, value in table.items() if value is not None}
    lines = [f"{key} = {_value(value)}" for key, value in kept.items() if not _nested(value)]
    for key, value in kept.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{path}{key}]", *_lines(value, f"{path}{key}.")]
        elif _nested(value):
            for one in value:
                lines += ["", f"[[{path}{key}]]", *_lines(one, f"{path}{key}.")]
    return lines


def _nested(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list | tuple) and bool(value) and all(isinstance(v, Mapping) for v in value))


def _value(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return repr(value)

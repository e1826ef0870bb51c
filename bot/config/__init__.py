"""One file and the environment -> frozen settings, or every fault at once.

``oldfriend.toml`` is looked for in the home folder, then beside the code; ``--config`` names another one. What the
environment says wins over the file, and ``--home`` over both::

    OLDFRIEND_HOME, OLDFRIEND_MODELS        the folders
    OLDFRIEND_MODEL__CONTEXT_TOKENS=8192    any key: OLDFRIEND_<SECTION>__<KEY>
    DISCORD_TOKEN, OLDFRIEND_SERVER_KEY, OLDFRIEND_ENCRYPTION_KEY    the secrets; they never stand in oldfriend.toml
"""

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from bot.config.sections import KEY_RULE, ROOT, SEAL_RULE, TOKEN_RULE, Model, Section, Server, Settings
from bot.errors import ConfigError

__all__ = ["FILE", "ROOT", "Model", "Server", "Settings", "load"]

FILE = "oldfriend.toml"


_SECRETS = {"token", "key"}
_WITH_SECRETS = {"discord", "server", "encryption"}
"""Sections whose values are not quoted: somebody may have written the secret itself there."""

_SECTIONS: dict[str, type[Section]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}
_KEYS = ["home", *(f"{section}.{key}" for section, kind in _SECTIONS.items() for key in kind.model_fields if key not in _SECRETS)]
_ENVIRONMENT = {"OLDFRIEND_HOME": "home", "OLDFRIEND_MODELS": "models.dir"} | {
    f"OLDFRIEND_{key.upper().replace('.', '__')}": key for key in _KEYS if "." in key
}
_KEY_VARIABLE, _SEAL_VARIABLE = "OLDFRIEND_SERVER_KEY", "OLDFRIEND_ENCRYPTION_KEY"
_ALLOWED_VARIABLES = "allowed: OLDFRIEND_HOME, OLDFRIEND_MODELS, OLDFRIEND_SERVER_KEY, OLDFRIEND_ENCRYPTION_KEY and OLDFRIEND_<SECTION>__<KEY> for the keys in oldfriend.example.toml"
_PATHS = {"home", "models.dir", "discord.token_file", "server.key_file", "encryption.key_file"}
_NAMES_OR_PATHS = {"model.name", "embedding.name"}


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a value was written, for the fault that names it."""

    file: str
    key: str

    def fault(self, wrong: str, allowed: str) -> str:
        return f"{self.file}: {self.key}: {wrong}; allowed: {allowed}"


def load(path: Path | None, environ: Mapping[str, str], home: Path | None) -> Settings:
    """Read the settings. ``path`` is ``--config``, ``home`` is ``--home``; both may be None.

    Raises ConfigError with one line for each fault.
    """
    faults: list[str] = []
    values: dict[str, Any] = {}
    origins: dict[str, _Origin] = {}
    file = path or _find(home or _folder(environ.get("OLDFRIEND_HOME")))
    if file is not None:
        values = _read(file, faults)
        origins = {key: _Origin(str(file), key) for key in _names(values)}
        _resolve_paths(values, file.absolute().parent)
    for variable, key, value in _from_environment(environ, faults):
        _put(values, key, str(_absolute(value, Path.cwd())) if _is_path(key, value) else value)
        origins[key] = _Origin("environment", variable)
    if home is not None:
        _put(values, "home", str(home.expanduser().absolute()))
        origins["home"] = _Origin("command line", "--home")
    for section, name, rule in (("discord", "token", TOKEN_RULE), ("server", "key", KEY_RULE), ("encryption", "key", SEAL_RULE)):
        faults += _refuse_secret(values, section, name, rule, str(file))
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults += [_explain(detail, origins, str(file)) for detail in error.errors(include_url=False)]
        raise ConfigError(faults) from None
    token = _secret(environ.get("DISCORD_TOKEN"), settings.discord.token_file, origins.get("discord.token_file"), environ, faults)
    server_key = _secret(environ.get(_KEY_VARIABLE), settings.server.key_file, origins.get("server.key_file"), environ, faults)
    seal = _secret(environ.get(_SEAL_VARIABLE), settings.encryption.key_file, origins.get("encryption.key_file"), environ, faults)
    if seal is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", seal.get_secret_value()):
        faults.append("encryption: the key is not one: it has 64 hexadecimal digits; `oldfriend encrypt FILE` makes one")
    if faults:
        raise ConfigError(faults)
    found = {"discord": {"token": token}, "server": {"key": server_key}, "encryption": {"key": seal}}
    return settings.model_copy(update={section: getattr(settings, section).model_copy(update=secret) for section, secret in found.items()})


def _folder(text: str | None) -> Path | None:
    return Path(text).expanduser() if text else None


def _find(home: Path | None) -> Path | None:
    for folder in (home or ROOT / "data", ROOT):
        if os.path.lexists(folder / FILE):
            return folder / FILE
    return None


def _read(file: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(f"{file}: there is no such file; copy oldfriend.example.toml there, or leave --config out")
    except UnicodeDecodeError as error:
        faults.append(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        faults.append(f"{file}: cannot be read: {why}")
    return {}


def _names(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield name
        if isinstance(value, dict):
            yield from (f"{name}.{key}" for key in value)


def _resolve_paths(values: dict[str, Any], base: Path) -> None:
    """Paths in the file are relative to the file."""
    for key in (*_PATHS, *_NAMES_OR_PATHS):
        section, _, name = key.rpartition(".")
        table = values.get(section) if section else values
        if not isinstance(table, dict) or not isinstance(value := table.get(name), str):
            continue
        if _is_path(key, value):
            table[name] = str(_absolute(value, base))


def _is_path(key: str, value: str) -> bool:
    return key in _PATHS or (key in _NAMES_OR_PATHS and (os.sep in value or value.endswith(".gguf")))


def _absolute(text: str, base: Path) -> Path:
    return Path(os.path.normpath(base / os.path.expanduser(text)))


def _from_environment(environ: Mapping[str, str], faults: list[str]) -> Iterator[tuple[str, str, str]]:
    """(variable, key, value) of what is set and not empty; variables that mean nothing become faults."""
    for variable, value in sorted(environ.items()):
        if not variable.startswith("OLDFRIEND_") or not value or variable in (_KEY_VARIABLE, _SEAL_VARIABLE):
            continue
        if key := _ENVIRONMENT.get(variable):
            yield variable, key, value
        else:
            faults.append(f"environment: {variable}: there is no such setting{_hint(variable, [*_ENVIRONMENT, _KEY_VARIABLE, _SEAL_VARIABLE])}; {_ALLOWED_VARIABLES}")


def _put(values: dict[str, Any], key: str, value: str) -> None:
    section, _, name = key.rpartition(".")
    table = values.setdefault(section, {}) if section else values
    # A section that is no table is a fault of the file; validation reports it.
    if isinstance(table, dict):
        table[name] = value


def _refuse_secret(values: dict[str, Any], section: str, name: str, rule: str, file: str) -> list[str]:
    """A secret in the file is a fault, and its value goes no further."""
    table = values.get(section)
    places = [values, table] if isinstance(table, dict) else [values]
    found = [place for place in places if place.pop(name, None) is not None]
    return [f"{file}: {section}.{name}: a {name} does not belong in this file; {rule}. Anybody who read the file has it: reset it"] * bool(found)


def _hint(name: str, known: Mapping[str, object] | list[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def _explain(detail: ErrorDetails, origins: Mapping[str, _Origin], file: str) -> str:
    """One line for one error of pydantic."""
    key = ".".join(str(part) for part in detail["loc"])
    origin = origins.get(key, _Origin(file, key))
    section, _, name = key.rpartition(".")
    fields = (_SECTIONS[section] if section in _SECTIONS else Settings).model_fields
    if detail["type"] == "extra_forbidden":
        near = _hint(key, _KEYS) or _hint(name, list(_SECTIONS))
        siblings = [k for k in _KEYS if k.startswith(f"{section}.")] if section else ["home", *(f"[{name}]" for name in _SECTIONS)]
        return origin.fault(f"there is no such setting{near}", ", ".join(siblings))
    if key in _SECTIONS:
        return origin.fault("a section, not a value", f"a line [{key}] with its keys below it")
    wrong = detail["msg"].removeprefix("Value error, ")
    if detail["type"] != "value_error" and section not in _WITH_SECRETS and isinstance(detail["input"], str | int | float):
        wrong = f"{str(detail['input'])[:80]!r} will not do"
    return origin.fault(wrong, fields[name or key].description or "")


def _secret(said: str | None, file: Path | None, origin: _Origin | None, environ: Mapping[str, str], faults: list[str]) -> SecretStr | None:
    """A secret: what the environment ``said``, else what is in its file, which must be readable by its owner alone."""
    if said and said.strip():
        return SecretStr(said.strip())
    if file is None or origin is None:
        return None
    allowed = "the path of a file with mode 600 that holds the secret alone"
    try:
        if (mode := stat.S_IMODE(file.stat().st_mode)) & 0o077 and not _is_credential(file, environ):
            faults.append(origin.fault(f"others may read {file} (its mode is {mode:o}); run: chmod 600 {file}", allowed))
            return None
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        # The path is not repeated: somebody may have written the secret itself there.
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        faults.append(origin.fault(f"cannot be read: {why}", allowed))
        return None
    if not secret:
        faults.append(origin.fault("the file is empty", allowed))
    return SecretStr(secret) if secret else None


def _is_credential(file: Path, environ: Mapping[str, str]) -> bool:
    """Whether it is one of systemd's: in a folder that only this service can enter, with an access list, of which the mode shows 440."""
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    return bool(folder) and file.parent == Path(folder)

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
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

from bot.errors import ConfigError
from bot.mind.crisis_help import own_numbers

ROOT = Path(__file__).resolve().parent.parent
"""The clone: where personas, plugins and, unless told otherwise, the data are."""

FILE = "oldfriend.toml"
_TOKEN_RULE = "the token is read from DISCORD_TOKEN or from the file that discord.token_file names, and from nowhere else"
_KEY_RULE = "the key is read from OLDFRIEND_SERVER_KEY or from the file that server.key_file names, and from nowhere else"
_SEAL_RULE = "the key is read from OLDFRIEND_ENCRYPTION_KEY or from the file that encryption.key_file names, and from nowhere else"


def _local_time(value: object) -> object:
    """Only "HH:MM": pydantic would read the number 22 as 22 seconds past midnight."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,2}:\d{2}", value.strip()):
        raise ValueError("not a time of day")
    return value.strip().rjust(5, "0")


LocalTime = Annotated[time, BeforeValidator(_local_time)]


class _Section(BaseModel):
    # The description of each field says what is allowed; faults quote it.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _sane(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError("true and false are not among the values")
        if isinstance(value, str | Path) and not str(value).isprintable():
            raise ValueError("it contains a character that cannot be printed")
        return value


class Discord(_Section):
    token: SecretStr | None = Field(default=None, description=_TOKEN_RULE)
    token_file: Path | None = Field(default=None, description="the path of a file with mode 600 that holds the token alone")
    api_base: str = Field(default="https://discord.com/api/v10", pattern=r"^https?://\S+$", description="an address that begins with http:// or https://")
    shards: int = Field(default=0, ge=0, le=1024, description="a whole number from 0 to 1024: connections to Discord; 0 is as many as Discord says")
    gateway: str | None = Field(default=None, pattern=r"^wss?://\S+$", description="an address that begins with ws:// or wss://; left out, the API names it")
    replies: Literal["whole", "pieces", "stream"] = Field(default="whole", description="\"whole\", \"pieces\" (a thought at a time) or \"stream\" (shown while it is written)")


class PersonaChoice(_Section):
    default: str = Field(default="mika", pattern=r"^[a-z0-9_-]{1,64}$", description="the name of a folder in personas/, such as \"mika\"")


Switch = Literal["auto", "on", "off"]
_SWITCH = "\"on\", \"off\", or \"auto\", which lets the computer decide"


class Model(_Section):
    name: str = Field(default="auto", min_length=1, description="\"auto\", a name from `oldfriend models list`, or the path of a .gguf file")
    context_tokens: int = Field(default=4096, ge=1024, le=131072, description="a whole number from 1024 to 131072")
    threads: int = Field(default=0, ge=0, le=512, description="a whole number from 0 to 512; 0 takes one for each physical core")
    parallel: int = Field(default=0, ge=0, le=32, description="a whole number from 0 to 32: answers made at the same time; 0 lets the computer decide")
    batch: int = Field(default=0, ge=0, le=4096, description="a whole number from 0 to 4096, model.parallel or more: tokens evaluated at once; 0 lets the computer decide")
    cells: int = Field(default=0, ge=0, le=1_048_576, description="a whole number from 0 to 1048576, model.context_tokens or more: tokens that all conversations together keep at hand; 0 is twice model.context_tokens")
    kv_type: Literal["auto", "f16", "q8_0"] = Field(default="auto", description="\"auto\", \"f16\", or \"q8_0\", which takes about half the memory")
    mmap: Switch = Field(default="auto", description=_SWITCH)
    gpu_layers: int = Field(default=-1, ge=-1, le=1000, description="a whole number from -1 to 1000; -1 is as many as fit, 0 none")
    experts_on_cpu: Switch = Field(default="auto", description=_SWITCH)
    kept_mb: int = Field(default=-1, ge=-1, le=1_000_000, description="a whole number from -1 to 1000000: main memory for conversations that had to make room; -1 lets the computer decide, 0 keeps none")

    @field_validator("batch")
    @classmethod
    def _room_for_all(cls, value: int, info: ValidationInfo) -> int:
        if 0 < value < info.data.get("parallel", 0):
            raise ValueError(f"less than model.parallel, which is {info.data['parallel']}")
        return value

    @field_validator("cells")
    @classmethod
    def _room_for_one(cls, value: int, info: ValidationInfo) -> int:
        if 0 < value < info.data.get("context_tokens", 0):
            raise ValueError(f"less than model.context_tokens, which is {info.data['context_tokens']}")
        return value


_SERVER_ADDRESS = r"^(https?://(\[[0-9a-fA-F:.]+\]|[^\s@?#/:\[\]]+)(:\d{1,5})?(/[^\s@?#]*)?)?$"


class Server(_Section):
    """A model server instead of a model on this computer."""

    base_url: str = Field(default="", pattern=_SERVER_ADDRESS, description="an address that begins with http:// or https:// and usually ends in /v1; \"\" runs a model on this computer")
    model: str = Field(default="", description="the name of a model that the server has; \"\" takes the first one it lists")
    key: SecretStr | None = Field(default=None, description=_KEY_RULE)
    key_file: Path | None = Field(default=None, description="the path of a file with mode 600 that holds the key alone")
    context_tokens: int = Field(default=4096, ge=1024, le=1_048_576, description="a whole number from 1024 to 1048576: what the server gives to one request")
    timeout: int = Field(default=120, ge=1, le=3600, description="a whole number from 1 to 3600: seconds without a sign of life")


class Encryption(_Section):
    """Of the database, with a key that lies elsewhere."""

    key: SecretStr | None = Field(default=None, description=_SEAL_RULE)
    key_file: Path | None = Field(default=None, description="the path of a file with mode 600 that holds the key alone; `oldfriend encrypt FILE` makes one")


class Embedding(_Section):
    name: str = Field(default="bge-small", min_length=1, description="\"bge-small\", \"minilm\", or the path of a sentence-transformers folder")


class Models(_Section):
    dir: Path = Field(default=ROOT / "data" / "models", description="the path of a folder")


class ReachOut(_Section):
    """What holds for people who have not said otherwise."""

    per_day: int = Field(default=1, ge=1, le=10, description="a whole number from 1 to 10: unprompted messages a day at most")
    gap_hours: float = Field(default=6, ge=0, le=168, description="a number from 0 to 168: hours between two unprompted messages")
    per_week: int = Field(default=3, ge=1, le=3, description="a whole number from 1 to 3: unprompted messages in any seven days at most")
    live_minutes: int = Field(default=30, ge=30, le=1440, description="a whole number from 30 to 1440: minutes after anything they wrote before an unprompted message")
    unanswered: int = Field(default=2, ge=1, le=2, description="1 or 2: so many unanswered ones, and it is their turn")
    quiet_start: LocalTime = Field(default=time(22, 0), description="a local time such as \"22:00\"")
    quiet_end: LocalTime = Field(default=time(9, 0), description="a local time such as \"09:00\"; equal to quiet_start means no quiet hours")


class Memory(_Section):
    exact_limit: int = Field(default=20_000, ge=0, le=1_000_000, description="a whole number from 0 to 1000000: with more vectors than that a person's search goes through an index")
    turns_days: int = Field(default=365, ge=0, le=36_500, description="a whole number from 0 to 36500: days that messages are kept word for word; 0 keeps them for ever")


class Crisis(_Section):
    """What people in danger are given beside the public numbers."""

    country: str = Field(default="", pattern=r"^([A-Z]{2})?$", description="a country of two letters such as \"DE\": where people are whose time zone does not tell; \"\" for anywhere")
    numbers: str = Field(default="", description="your own numbers by country, such as \"DE: 112, 0800 111 0 111; *: 112\", where * is everybody else; \"\" for the public ones")

    @field_validator("numbers")
    @classmethod
    def _readable(cls, value: str) -> str:
        own_numbers(value)
        return value


class Operations(_Section):
    """For whoever keeps it running."""

    port: int = Field(default=0, ge=0, le=65535, description="a whole number from 0 to 65535: where /metrics and /healthz are, on this computer only; 0 is nowhere")
    log: Literal["plain", "json"] = Field(default="plain", description="\"plain\", or \"json\" for one object a line")


class Settings(_Section):
    """All that can be chosen. Paths are absolute."""

    home: Path = Field(default=ROOT / "data", description="the path of a folder")
    discord: Discord = Discord()
    persona: PersonaChoice = PersonaChoice()
    model: Model = Model()
    server: Server = Server()
    embedding: Embedding = Embedding()
    models: Models = Models()
    reach_out: ReachOut = ReachOut()
    memory: Memory = Memory()
    crisis: Crisis = Crisis()
    operations: Operations = Operations()
    encryption: Encryption = Encryption()

    @property
    def database(self) -> Path:
        """The file that holds all that is remembered."""
        return self.home / "oldfriend.db"

    def by_key(self) -> dict[str, object]:
        """All values, secrets among them, by keys such as "reach_out.per_day"."""
        sections = {name: getattr(self, name) for name in type(self).model_fields if name != "home"}
        return {"home": self.home} | {f"{name}.{key}": value for name, section in sections.items() for key, value in section}

    @property
    def database_key(self) -> str | None:
        """64 hexadecimal digits, or None when it is not encrypted."""
        return self.encryption.key.get_secret_value() if self.encryption.key else None

    @property
    def secrets(self) -> list[str]:
        """Everything that must not stand anywhere."""
        return [secret.get_secret_value() for secret in (self.discord.token, self.server.key, self.encryption.key) if secret is not None]


_SECRETS = {"token", "key"}
_WITH_SECRETS = {"discord", "server", "encryption"}
"""Sections whose values are not quoted: somebody may have written the secret itself there."""

_SECTIONS: dict[str, type[_Section]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, _Section)
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
    for section, name, rule in (("discord", "token", _TOKEN_RULE), ("server", "key", _KEY_RULE), ("encryption", "key", _SEAL_RULE)):
        faults += _refuse_secret(values, section, name, rule, str(file))
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults += [_explain(detail, origins, str(file)) for detail in error.errors(include_url=False)]
        raise ConfigError(faults) from None
    token = _secret(environ.get("DISCORD_TOKEN"), settings.discord.token_file, origins.get("discord.token_file"), faults)
    server_key = _secret(environ.get(_KEY_VARIABLE), settings.server.key_file, origins.get("server.key_file"), faults)
    seal = _secret(environ.get(_SEAL_VARIABLE), settings.encryption.key_file, origins.get("encryption.key_file"), faults)
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


def _secret(said: str | None, file: Path | None, origin: _Origin | None, faults: list[str]) -> SecretStr | None:
    """A secret: what the environment ``said``, else what is in its file, which must be readable by its owner alone."""
    if said and said.strip():
        return SecretStr(said.strip())
    if file is None or origin is None:
        return None
    allowed = "the path of a file with mode 600 that holds the secret alone"
    try:
        if (mode := stat.S_IMODE(file.stat().st_mode)) & 0o077:
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

"""What can be set: a class for each section of ``oldfriend.toml``, with what is allowed said in words."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from bot.mind.crisis_help import own_numbers

ROOT = Path(__file__).resolve().parent.parent.parent
"""The clone: where personas, plugins and, unless told otherwise, the data are."""

TOKEN_RULE = "the token is read from DISCORD_TOKEN or from the file that discord.token_file names, and from nowhere else"
KEY_RULE = "the key is read from OLDFRIEND_SERVER_KEY or from the file that server.key_file names, and from nowhere else"
SEAL_RULE = "the key is read from OLDFRIEND_ENCRYPTION_KEY or from the file that encryption.key_file names, and from nowhere else"


def _local_time(value: object) -> object:
    """Only "HH:MM": pydantic would read the number 22 as 22 seconds past midnight."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,2}:\d{2}", value.strip()):
        raise ValueError("not a time of day")
    return value.strip().rjust(5, "0")


LocalTime = Annotated[time, BeforeValidator(_local_time)]


class Section(BaseModel):
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


class Discord(Section):
    token: SecretStr | None = Field(default=None, description=TOKEN_RULE)
    token_file: Path | None = Field(default=None, description="the path of a file with mode 600 that holds the token alone")
    api_base: str = Field(default="https://discord.com/api/v10", pattern=r"^https?://\S+$", description="an address that begins with http:// or https://")
    shards: int = Field(default=0, ge=0, le=1024, description="a whole number from 0 to 1024: connections to Discord; 0 is as many as Discord says")
    gateway: str | None = Field(default=None, pattern=r"^wss?://\S+$", description="an address that begins with ws:// or wss://; left out, the API names it")
    replies: Literal["whole", "pieces", "stream"] = Field(default="whole", description="\"whole\", \"pieces\" (a thought at a time) or \"stream\" (shown while it is written)")


class PersonaChoice(Section):
    default: str = Field(default="mika", pattern=r"^[a-z0-9_-]{1,64}$", description="the name of a folder in personas/, such as \"mika\"")


Switch = Literal["auto", "on", "off"]
_SWITCH = "\"on\", \"off\", or \"auto\", which lets the computer decide"


class Model(Section):
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


class Server(Section):
    """A model server instead of a model on this computer."""

    base_url: str = Field(default="", pattern=_SERVER_ADDRESS, description="an address that begins with http:// or https:// and usually ends in /v1; \"\" runs a model on this computer")
    model: str = Field(default="", description="the name of a model that the server has; \"\" takes the first one it lists")
    key: SecretStr | None = Field(default=None, description=KEY_RULE)
    key_file: Path | None = Field(default=None, description="the path of a file with mode 600 that holds the key alone")
    context_tokens: int = Field(default=4096, ge=1024, le=1_048_576, description="a whole number from 1024 to 1048576: what the server gives to one request")
    timeout: int = Field(default=120, ge=1, le=3600, description="a whole number from 1 to 3600: seconds without a sign of life")


class Encryption(Section):
    """Of the database, with a key that lies elsewhere."""

    key: SecretStr | None = Field(default=None, description=SEAL_RULE)
    key_file: Path | None = Field(default=None, description="the path of a file with mode 600 that holds the key alone; `oldfriend encrypt FILE` makes one")


class Embedding(Section):
    name: str = Field(default="bge-small", min_length=1, description="\"bge-small\", \"minilm\", or the path of a sentence-transformers folder")


class Models(Section):
    dir: Path = Field(default=ROOT / "data" / "models", description="the path of a folder")


class ReachOut(Section):
    """What holds for people who have not said otherwise."""

    per_day: int = Field(default=1, ge=1, le=10, description="a whole number from 1 to 10: unprompted messages a day at most")
    gap_hours: float = Field(default=6, ge=0, le=168, description="a number from 0 to 168: hours between two unprompted messages")
    per_week: int = Field(default=3, ge=1, le=3, description="a whole number from 1 to 3: unprompted messages in any seven days at most")
    live_minutes: int = Field(default=30, ge=30, le=1440, description="a whole number from 30 to 1440: minutes after anything they wrote before an unprompted message")
    unanswered: int = Field(default=2, ge=1, le=2, description="1 or 2: so many unanswered ones, and it is their turn")
    quiet_start: LocalTime = Field(default=time(22, 0), description="a local time such as \"22:00\"")
    quiet_end: LocalTime = Field(default=time(9, 0), description="a local time such as \"09:00\"; equal to quiet_start means no quiet hours")


class Memory(Section):
    exact_limit: int = Field(default=20_000, ge=0, le=1_000_000, description="a whole number from 0 to 1000000: with more vectors than that a person's search goes through an index")
    turns_days: int = Field(default=365, ge=0, le=36_500, description="a whole number from 0 to 36500: days that messages are kept word for word; 0 keeps them for ever")


class Crisis(Section):
    """What people in danger are given beside the public numbers."""

    country: str = Field(default="", pattern=r"^([A-Z]{2})?$", description="a country of two letters such as \"DE\": where people are whose time zone does not tell; \"\" for anywhere")
    numbers: str = Field(default="", description="your own numbers by country, such as \"DE: 112, 0800 111 0 111; *: 112\", where * is everybody else; \"\" for the public ones")

    @field_validator("numbers")
    @classmethod
    def _readable(cls, value: str) -> str:
        own_numbers(value)
        return value


class Operations(Section):
    """For whoever keeps it running."""

    port: int = Field(default=0, ge=0, le=65535, description="a whole number from 0 to 65535: where /metrics and /healthz are, on this computer only; 0 is nowhere")
    log: Literal["plain", "json"] = Field(default="plain", description="\"plain\", or \"json\" for one object a line")


class Settings(Section):
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

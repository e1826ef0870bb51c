"""Every error Oldfriend raises on purpose, in one tree.

::

    OldfriendError            something a person can act on; str(error) is written for them
    ├── ConfigError           oldfriend.toml or the environment says something impossible
    ├── PersonaError          a persona card cannot be used
    ├── PersonaUnknown        there is none of that name
    ├── ModelError            the language model or the embedder
    │   ├── ModelMissing      a model file is not there and could not be fetched
    │   ├── ModelDamaged      a model file is not what its checksum says
    │   └── ModelFailed       the worker crashed, hung or refused; the request may be repeated
    │       └── ModelBusy     too many wait for it already; repeat it later
    ├── StoreError            the database
    │   ├── StoreDamaged      the file is not a sound database; nothing was overwritten
    │   ├── StoreLocked       the file is encrypted and the key is not there, or the other way round; nothing was changed
    │   └── StoreFull         no room, or not allowed to write
    ├── DeliveryError         a message could not be delivered
    │   ├── TooFast           too many conversations were opened: slow down, with everybody
    │   ├── PlaceClosed       a channel cannot be written to, or they do not read it any more; in words for them
    │   └── CannotReach       this person cannot be written to (closed DMs, left, blocked): stop trying
    ├── PictureError          a picture could not be drawn
    └── PluginError           a plugin could not be set up
"""


class OldfriendError(Exception):
    """Base of all of them. The message says what is wrong and what to do about it; further arguments fill its gaps (``{}``), so that it can
    be said in another language: ``say(*fault.args)``."""

    def __str__(self) -> str:
        if len(self.args) < 2:
            return super().__str__()
        text, *parts = self.args
        return str(text).format(*parts)


class ConfigError(OldfriendError):
    """Raised once for all faults of a configuration; ``faults`` holds one line each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class PersonaError(OldfriendError):
    """A persona card is unusable; ``faults`` holds one line each."""

    def __init__(self, name: str, faults: list[str]) -> None:
        self.name = name
        self.faults = faults
        super().__init__(f"persona {name!r}: " + "; ".join(faults))


class PersonaUnknown(OldfriendError):
    pass


class ModelError(OldfriendError):
    pass


class ModelMissing(ModelError):
    pass


class ModelDamaged(ModelError):
    pass


class ModelFailed(ModelError):
    pass


class ModelBusy(ModelFailed):
    pass


class StoreError(OldfriendError):
    pass


class StoreDamaged(StoreError):
    pass


class StoreLocked(StoreError):
    pass


class StoreFull(StoreError):
    pass


class DeliveryError(OldfriendError):
    pass


class TooFast(DeliveryError):
    pass


class PlaceClosed(DeliveryError):
    pass


class CannotReach(DeliveryError):
    pass


class PictureError(OldfriendError):
    pass


class PluginError(OldfriendError):
    pass

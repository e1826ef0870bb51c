"""Stand-ins for the ports: simple, deterministic, in memory."""

from tests.fakes.store import FakeStore

__all__ = ["FakeStore"]

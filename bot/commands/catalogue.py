"""The models folder of these settings."""

from bot.config import Settings
from bot.edges.models import Catalogue


def catalogue_of(settings: Settings) -> Catalogue:
    return Catalogue(settings.models.dir, builders={})

"""The models folder of these settings."""

from bot.config import Settings
from bot.edges.models import Catalogue
from bot.moe.warm_start import warm_start


def catalogue_of(settings: Settings) -> Catalogue:
    """What can be fetched from outside, and what is made here."""
    return Catalogue(settings.models.dir, builders={"tiny-moe": warm_start})

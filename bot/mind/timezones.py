"""Finds the time zone a person means by an IANA name or a city's."""

from collections.abc import Collection
from difflib import get_close_matches

from bot.errors import OldfriendError

_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")

_ALSO = {
    # Large cities that have no zone of their own, and names people use for zones with summer time.
    "atlanta": "America/New_York", "austin": "America/Chicago", "bangalore": "Asia/Kolkata", "barcelona": "Europe/Madrid",
    "beijing": "Asia/Shanghai", "birmingham": "Europe/London", "boston": "America/New_York", "cape town": "Africa/Johannesburg",
    "cologne": "Europe/Berlin", "dallas": "America/Chicago", "delhi": "Asia/Kolkata", "edinburgh": "Europe/London",
    "frankfurt": "Europe/Berlin", "geneva": "Europe/Zurich", "glasgow": "Europe/London", "hamburg": "Europe/Berlin",
    "hanoi": "Asia/Ho_Chi_Minh", "houston": "America/Chicago", "hyderabad": "Asia/Kolkata", "kyoto": "Asia/Tokyo",
    "las vegas": "America/Los_Angeles", "lyon": "Europe/Paris", "manchester": "Europe/London", "miami": "America/New_York",
    "milan": "Europe/Rome", "mumbai": "Asia/Kolkata", "munich": "Europe/Berlin", "naples": "Europe/Rome",
    "new delhi": "Asia/Kolkata", "nyc": "America/New_York", "osaka": "Asia/Tokyo", "ottawa": "America/Toronto",
    "philadelphia": "America/New_York", "porto": "Europe/Lisbon", "portland": "America/Los_Angeles",
    "quebec": "America/Toronto", "rio de janeiro": "America/Sao_Paulo", "san diego": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles", "shenzhen": "Asia/Shanghai",
    "washington": "America/New_York", "wellington": "Pacific/Auckland",
    "bst": "Europe/London", "cst": "America/Chicago", "edt": "America/New_York", "est": "America/New_York",
    "cdt": "America/Chicago", "jst": "Asia/Tokyo", "mst": "America/Denver", "mdt": "America/Denver",
    "pdt": "America/Los_Angeles", "pst": "America/Los_Angeles",
}


def find_timezone(said: str, known: Collection[str]) -> str:
    """The IANA name among ``known`` that ``said`` means, whatever its case.

    Raises OldfriendError, with near matches where there are any, when it means none.
    """
    wanted = _plain(said)
    names = _names(known)
    if wanted in names:
        return names[wanted]
    if wanted.startswith(("utc+", "utc-", "gmt+", "gmt-", "+", "-")):
        raise OldfriendError("“{}” does not tell me about summer time. Please name a city in your time zone, such as Berlin.", said.strip()[:60])
    near = list(dict.fromkeys(names[name] for name in get_close_matches(wanted, names, n=5, cutoff=0.7)))
    if near:
        raise OldfriendError("I know no time zone called “{}”. Did you mean one of these: {}?", said.strip()[:60], ", ".join(near))
    raise OldfriendError("I know no time zone called “{}”. Please name a large city in it, such as Berlin or New York.", said.strip()[:60])


def _names(known: Collection[str]) -> dict[str, str]:
    """Every way to write each zone: the whole name first, then the city, then what people say."""
    cities = {_plain(name.rsplit("/", 1)[1]): name for name in sorted(known, reverse=True) if name.startswith(_AREAS) and "/" in name}
    also = {said: name for said, name in _ALSO.items() if name in known}
    return cities | {_plain(name): name for name in known} | also


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())

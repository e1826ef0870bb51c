"""Text inside PNG images: read it, put it in. The format is that of the PNG specification, third edition (W3C 2025), sections 5 and 11.3.3.

Everything that is read comes from strangers: lengths are checked before they are believed, and unpacked text is bounded.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_TEXT = 2_000_000
"""Bytes of one text, unpacked."""

_TEXT = (b"tEXt", b"zTXt", b"iTXt")


class BadImage(ValueError):
    """The bytes are no sound PNG; the message is for a person."""


def texts(image: bytes) -> dict[str, bytes]:
    """Keyword -> text, still as bytes, of every text chunk; the first of a keyword counts. Raises BadImage."""
    found: dict[str, bytes] = {}
    for kind, data in _chunks(image):
        if kind in _TEXT:
            keyword, text = _text(kind, data)
            found.setdefault(keyword, text)
    return found


def with_texts(image: bytes, add: Mapping[str, bytes]) -> bytes:
    """The image with these texts (Latin-1 keyword -> ASCII bytes) as tEXt; its own texts of the same keywords go. Raises BadImage."""
    out = [SIGNATURE]
    for kind, data in _chunks(image):
        if kind == b"IEND":
            out += [_chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text) for keyword, text in add.items()]
        if kind not in _TEXT or _text(kind, data)[0] not in add:
            out.append(_chunk(kind, data))
    return b"".join(out)


def plain(red: int, green: int, blue: int, side: int = 256) -> bytes:
    """A square of one colour, for cards without a picture."""
    row = b"\0" + bytes((red, green, blue)) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(row * side, 9)) + _chunk(b"IEND", b"")


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not image.startswith(SIGNATURE):
        raise BadImage("this is no PNG image")
    at = len(SIGNATURE)
    kind = b""
    while at < len(image):
        if len(image) - at < 12:
            raise BadImage("the image is cut off")
        length, kind = struct.unpack_from(">I4s", image, at)
        if length > len(image) - at - 12:
            raise BadImage("the image is cut off, or a length in it is wrong")
        data = image[at + 8 : at + 8 + length]
        if zlib.crc32(kind + data) != struct.unpack_from(">I", image, at + 8 + length)[0]:
            raise BadImage("the image is damaged: a checksum does not match")
        yield kind, data
        at += 12 + length
        if kind == b"IEND":
            return
    if kind != b"IEND":
        raise BadImage("the image is cut off")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _text(kind: bytes, data: bytes) -> tuple[str, bytes]:
    keyword, found, rest = data.partition(b"\0")
    if not found or not keyword:
        raise BadImage("a text in the image has no keyword")
    if kind == b"zTXt":
        rest = _unpacked(rest[:1], rest[1:])
    elif kind == b"iTXt":
        packed, method, rest = rest[:1], rest[1:2], rest[2:]
        rest = (rest.split(b"\0", 2) + [b"", b""])[2]  # behind language and translated keyword
        if packed == b"\1":
            rest = _unpacked(method, rest)
    if len(rest) > LARGEST_TEXT:
        raise BadImage(f"a text in the image is larger than {LARGEST_TEXT} bytes")
    return keyword.decode("latin-1"), rest


def _unpacked(method: bytes, data: bytes) -> bytes:
    if method != b"\0":
        raise BadImage("a text in the image is packed in an unknown way")
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, LARGEST_TEXT + 1)
    except zlib.error:
        raise BadImage("a packed text in the image is damaged") from None
    return text

"""PNG: the sides from its first chunk (W3C PNG, third edition, 5 and 11.2.1)."""

import zlib

from portal.values.images.damage import Damaged, Size, at, cut_off, sides

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}


def begins(body: bytes) -> bool:
    """Tell whether the bytes begin as a PNG does."""
    return body.startswith(_SIGNATURE)


def size(body: bytes) -> Size:
    """Read the sides, and walk the chunks to the end, so that a part of a file is not taken for a whole. :raises Damaged: see there."""
    names, place = [], len(_SIGNATURE)
    while names[-1:] != [b"IEND"]:
        name, data, place = _chunk(body, place)
        if (name == b"IHDR") != (not names):
            raise Damaged("its parts are not in order")
        names.append(name)
        if name == b"IHDR":
            found = _header(data)
    if b"IDAT" not in names:
        raise Damaged("there is no picture in it")
    return found


def _chunk(body: bytes, place: int) -> tuple[bytes, bytes, int]:
    """Give name, data and the place of the next chunk."""
    length = int.from_bytes(at(body, place, 4))
    if length > len(body):
        raise cut_off()
    name, data = at(body, place + 4, 4), at(body, place + 8, length)
    if int.from_bytes(at(body, place + 8 + length, 4)) != zlib.crc32(data, zlib.crc32(name)):
        raise Damaged("is damaged")
    return name, data, place + 12 + length


def _header(data: bytes) -> Size:
    if len(data) != 13:
        raise Damaged("its header has another length")
    depth, colour = data[8], data[9]
    if depth not in _COLOURS.get(colour, set()) or data[10] or data[11] or data[12] > 1:
        raise Damaged("its colours are of a kind that no program knows")
    return sides(int.from_bytes(data[:4]), int.from_bytes(data[4:8]))

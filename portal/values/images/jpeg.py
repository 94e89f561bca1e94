"""JPEG: the sides from its frame header (ITU-T T.81, B.1 and B.2)."""

from portal.values.images.damage import Damaged, Size, at, cut_off, sides

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_SHOWN = {0xC0, 0xC1, 0xC2}
"""Baseline, extended and progressive: what browsers and mail programs show."""
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = {0x01, *range(0xD0, 0xD8)}
"""Markers without a segment."""


def begins(body: bytes) -> bool:
    """Tell whether the bytes begin as a JPEG does."""
    return body.startswith(b"\xff\xd8\xff")


def size(body: bytes) -> Size:
    """Read the sides from the frame header before the first scan. :raises Damaged: see there."""
    found, place = None, 2
    while True:
        marker, place = _marker(body, place)
        if marker in _BARE:
            continue
        if marker in (_START, _END):
            raise Damaged("there is no picture in it")
        if marker == _SCAN:
            break
        length = int.from_bytes(at(body, place, 2))
        if length < 2:
            raise Damaged("is damaged")
        segment = at(body, place, length)
        if marker in _FRAMES:
            if found is not None:
                raise Damaged("it has two sizes")
            found = _frame(marker, segment)
        place += length
    if found is None:
        raise Damaged("says nowhere how large it is")
    if body.find(b"\xff\xd9", place) < 0:
        raise cut_off()
    return found


def _marker(body: bytes, place: int) -> tuple[int, int]:
    """Give the marker at a place, and the place after it; bytes that fill up come before it."""
    if at(body, place, 1) != b"\xff":
        raise Damaged("is damaged")
    while (marker := at(body, place, 1)[0]) == 0xFF:
        place += 1
    return marker, place + 1


def _frame(marker: int, segment: bytes) -> Size:
    if marker not in _SHOWN:
        raise Damaged("it is packed in a way that browsers do not know")
    header = at(segment, 2, 6)
    if header[0] != 8 or header[5] not in (1, 3, 4) or len(segment) != 8 + 3 * header[5]:
        raise Damaged("its colours are of a kind that browsers do not know")
    return sides(int.from_bytes(header[3:5]), int.from_bytes(header[1:3]))

"""WebP: the sides from its canvas, or from the picture itself where it has none (RFC 9649)."""

from collections.abc import Iterator

from portal.values.images.damage import Damaged, Size, at, cut_off, sides

_MOVES = 0x02


def begins(body: bytes) -> bool:
    """Tell whether the bytes begin as a WebP does."""
    return body[:4] == b"RIFF" and body[8:12] == b"WEBP"


def size(body: bytes) -> Size:
    """Read the sides; a picture has to be as large as its canvas, one that moves to lie upon it. :raises Damaged: see there."""
    end = 8 + _number(at(body, 4, 4))
    if end > len(body):
        raise cut_off()
    chunks = list(_chunks(body, 12, end))
    if not chunks:
        raise Damaged("there is no picture in it")
    name, data = chunks[0]
    if name != b"VP8X":
        return _picture(name, data)
    head = at(data, 0, 10)
    canvas = _number(head[4:7]) + 1, _number(head[7:10]) + 1
    if head[0] & _MOVES:
        _refuse_frames([one for kind, one in chunks if kind == b"ANMF"], canvas)
    elif [_picture(kind, one) for kind, one in chunks if kind in (b"VP8 ", b"VP8L")] != [canvas]:
        raise Damaged("the picture in it has another size than itself")
    return canvas


def _chunks(body: bytes, place: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Go through the chunks: name and data."""
    while place < end:
        length = _number(at(body, place + 4, 4))
        if place + 8 + length > end:
            raise cut_off()
        yield at(body, place, 4), at(body, place + 8, length)
        place += 8 + length + length % 2


def _picture(name: bytes, data: bytes) -> Size:
    if name == b"VP8 ":
        head = at(data, 0, 10)
        if head[0] & 1 or head[3:6] != b"\x9d\x01\x2a":
            raise Damaged("is damaged")
        return sides(_number(head[6:8]) & 0x3FFF, _number(head[8:10]) & 0x3FFF)
    if name == b"VP8L":
        head = at(data, 0, 5)
        if head[0] != 0x2F:
            raise Damaged("is damaged")
        packed = _number(head[1:5])
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    raise Damaged("there is no picture in it")


def _refuse_frames(frames: list[bytes], canvas: Size) -> None:
    if not frames:
        raise Damaged("there is no picture in it")
    for frame in frames:
        left, top, across, down = (_number(at(frame, place, 3)) for place in (0, 3, 6, 9))
        if 2 * left + across + 1 > canvas[0] or 2 * top + down + 1 > canvas[1]:
            raise Damaged("a picture in it is larger than itself")


def _number(some: bytes) -> int:
    return int.from_bytes(some, "little")

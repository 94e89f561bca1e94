"""GIF: the sides of its screen, and of each picture upon it (GIF89a, 18 to 23)."""

from portal.values.images.damage import Damaged, Size, at, sides

_PICTURE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B


def begins(body: bytes) -> bool:
    """Tell whether the bytes begin as a GIF does."""
    return body.startswith((b"GIF87a", b"GIF89a"))


def size(body: bytes) -> Size:
    """Read the sides of the screen; every picture has to lie upon it. :raises Damaged: see there."""
    screen = at(body, 6, 7)
    width, height = sides(_number(screen[0:2]), _number(screen[2:4]))
    place, pictures = 13 + _table(screen[4]), 0
    while (block := at(body, place, 1)[0]) != _TRAILER:
        if block == _EXTENSION:
            place = _after(body, place + 2)
            continue
        if block != _PICTURE:
            raise Damaged("is damaged")
        placed = at(body, place + 1, 9)
        across, down = sides(_number(placed[4:6]), _number(placed[6:8]))
        if _number(placed[0:2]) + across > width or _number(placed[2:4]) + down > height:
            raise Damaged("a picture in it is larger than itself")
        place = _after(body, place + 11 + _table(placed[8]))
        pictures += 1
    if not pictures:
        raise Damaged("there is no picture in it")
    return width, height


def _number(two: bytes) -> int:
    return int.from_bytes(two, "little")


def _table(flags: int) -> int:
    """Give how many bytes the colours take that some flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after(body: bytes, place: int) -> int:
    """Give the place after a chain of blocks, each of which begins with its length; an empty one ends it."""
    while length := at(body, place, 1)[0]:
        place += 1 + length
    return place + 1

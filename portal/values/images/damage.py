"""What the readers of the four kinds share: bytes that are not there, and sides."""

Size = tuple[int, int]
"""Width and height in pixels."""


class Damaged(Exception):
    """The bytes are not what their first ones say. The message ends a sentence that begins "…, but"."""


def cut_off() -> Damaged:
    return Damaged("is cut off")


def at(body: bytes, start: int, length: int) -> bytes:
    """Give `length` bytes from `start` on. :raises Damaged: when they are not there."""
    if start + length > len(body):
        raise cut_off()
    return body[start : start + length]


def sides(width: int, height: int) -> Size:
    """Give both. :raises Damaged: when one is nothing."""
    if width < 1 or height < 1:
        raise Damaged("says that it has no size")
    return width, height

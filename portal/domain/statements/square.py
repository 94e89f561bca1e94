"""The QR code of an address, as a path to be drawn."""

from typing import NamedTuple

QUIET = 4
"""Modules of white around it (ISO/IEC 18004)."""


class Square(NamedTuple):
    """A QR code: the path of its dark modules, each one unit wide, in a field of `size` units with its quiet zone."""

    path: str
    size: int


def square(text: str) -> Square:
    """Draw a QR code of error correction level M or better."""
    import segno  # with all its tables only where a code is drawn

    made = segno.make_qr(text, error="m")
    runs = []
    for y, row in enumerate(made.matrix):
        x = 0
        while x < len(row):
            if row[x]:
                start = x
                while x < len(row) and row[x]:
                    x += 1
                runs.append(f"M{start + QUIET} {y + QUIET}h{x - start}v1h-{x - start}z")
            x += 1
    return Square("".join(runs), len(made.matrix) + 2 * QUIET)


def svg(text: str) -> str:
    """Write the QR code as an image file, dark on white."""
    path, size = square(text)
    field = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
    return f'{field}<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'

"""Small pictures for tests, written byte by byte: of each kind, of any size, whole and cut to pieces."""

import struct
import zlib


def png(width: int = 320, height: int = 80, *, colour: int = 6, body: bytes = b"\0") -> bytes:
    """A PNG of a size; a decoder would find too few pixels in it, which only one that unpacks them can tell."""
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG, with its sum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg(width: int = 320, height: int = 80, *, frame: int = 0xC0, before: bytes = b"") -> bytes:
    """A JPEG of a size, with segments `before` the one that says it."""
    size = struct.pack(">BHHB", 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + before + segment(frame, size) + segment(0xDA, bytes(10)) + b"\x12\x34\xff\xd9"


def segment(marker: int, data: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def gif(width: int = 320, height: int = 80, *, pictures: tuple[tuple[int, int, int, int], ...] | None = None) -> bytes:
    """A GIF of a screen, with pictures (left, top, width, height) upon it; one that fills it where none are given."""
    made = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + b"\x21\xf9\x04\0\0\0\0\0"
    for placed in ((0, 0, width, height),) if pictures is None else pictures:
        made += b"\x2c" + struct.pack("<HHHHB", *placed, 0) + b"\x02\x02\x44\x01\x00"
    return made + b"\x3b"


def webp(width: int = 320, height: int = 80, *, kind: bytes = b"VP8 ", canvas: tuple[int, int] | None = None) -> bytes:
    """A WebP of a size: lossy ("VP8 "), lossless ("VP8L"), on a canvas of another size, or moving ("ANMF") upon one."""
    if kind == b"VP8L":
        data = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14)
    elif kind == b"ANMF":
        data = bytes(6) + _three(width - 1) + _three(height - 1) + bytes(4)
    else:
        data = bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", width, height)
    made = _riff(kind, data)
    if canvas is not None:
        flags = b"\x02" if kind == b"ANMF" else b"\0"
        made = _riff(b"VP8X", flags + bytes(3) + _three(canvas[0] - 1) + _three(canvas[1] - 1)) + made
    return b"RIFF" + struct.pack("<I", 4 + len(made)) + b"WEBP" + made


def _three(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def _riff(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)

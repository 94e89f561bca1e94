"""A logo as it is handed in: of a kind that every mail program and browser knows, and of a size and shape that can be shown."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from portal.values.errors import BadValue
from portal.values.images import gif, jpeg, png, webp
from portal.values.images.damage import Damaged, Size

MAX_BYTES = 300_000
MAX_SIDE = 2_000
MIN_SIDE = 16
WIDEST = 10
TALLEST = 3
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WebP"}
_KINDS: tuple[tuple[Callable[[bytes], bool], str, Callable[[bytes], Size]], ...] = (
    (png.begins, "image/png", png.size),
    (jpeg.begins, "image/jpeg", jpeg.size),
    (gif.begins, "image/gif", gif.size),
    (webp.begins, "image/webp", webp.size),
)


@dataclass(frozen=True)
class Picture:
    """A picture as it was handed in: its media type by its content, its bytes, its sides in pixels."""

    media_type: str
    body: bytes = field(repr=False)
    width: int
    height: int

    @property
    def digest(self) -> bytes:
        """The SHA-256 of its bytes: 32 bytes."""
        return hashlib.sha256(self.body).digest()

    @property
    def file_name(self) -> str:
        """Its digest in 64 hexadecimal digits, with the ending of its kind."""
        return f"{self.digest.hex()}.{ENDINGS[self.media_type]}"

    @property
    def words(self) -> str:
        """Say what it is: "PNG, 320 × 80 pixels"."""
        return words_for(ENDINGS[self.media_type], self.width, self.height)


def read_picture(body: bytes) -> Picture:
    """Read what kind of picture some bytes are, and how large, whatever their name says; their content decides.

    :raises BadValue: for what is no whole PNG, JPEG, GIF or WebP, and for one too large, too small or too long to be shown.
    """
    if not body:
        raise BadValue("The file is empty.")
    if len(body) > MAX_BYTES:
        raise BadValue(f"The file is too heavy for a letter: at most {MAX_BYTES // 1000} kB fit.")
    media_type, size = _kind_of(body)
    try:
        width, height = size(body)
    except Damaged as damaged:
        raise BadValue(f"The file begins as a {_NAMES[media_type]}, but {damaged}. Save it anew.") from None
    _refuse_shape(width, height)
    return Picture(media_type, body, width, height)


def words_for(ending: str, width: int, height: int) -> str:
    """Say what a picture is by the ending of its file name and its sides, as in "PNG, 320 × 80 pixels"."""
    name = next(_NAMES[kind] for kind, known in ENDINGS.items() if known == ending)
    return f"{name}, {width:,} × {height:,} pixels"


def fitted(width: int, height: int, *, most: tuple[int, int]) -> tuple[int, int]:
    """Give the sides at which a picture is shown within `most` (width, height): never enlarged, its proportions kept."""
    share = min(1, most[0] / width, most[1] / height)
    return max(1, round(width * share)), max(1, round(height * share))


def _kind_of(body: bytes) -> tuple[str, Callable[[bytes], Size]]:
    for begins, media_type, size in _KINDS:
        if begins(body):
            return media_type, size
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")):
        raise BadValue("That is an SVG. It can carry scripts, and mail programs do not show it: save it as a PNG.")
    raise BadValue("That is no PNG, JPEG, GIF or WebP, whatever its name says.")


def _refuse_shape(width: int, height: int) -> None:
    said = f"It is {width:,} × {height:,} pixels"
    if max(width, height) > MAX_SIDE:
        raise BadValue(f"{said}: no side may be longer than {MAX_SIDE:,}.")
    if min(width, height) < MIN_SIDE:
        raise BadValue(f"{said}: each side takes at least {MIN_SIDE}, to be seen at all.")
    if width > WIDEST * height:
        raise BadValue(f"{said}: more than {WIDEST} times as wide as high, it would be a thin line at the head of a letter.")
    if height > TALLEST * width:
        raise BadValue(f"{said}: more than {TALLEST} times as high as wide, it would be a thin line at the head of a letter.")

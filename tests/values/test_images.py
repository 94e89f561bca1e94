"""Pictures by their own first bytes: kinds, sides, and what hostile ones say of themselves."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.errors import BadValue
from portal.values.images import MAX_BYTES, fitted, read_picture
from tests import pictures
from tests.values.outcome import outcome

KINDS = {
    "image/png": pictures.png,
    "image/jpeg": pictures.jpeg,
    "image/gif": pictures.gif,
    "image/webp": pictures.webp,
}
EACH = pytest.mark.parametrize("media_type", KINDS)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="80"><script>alert(1)</script></svg>'


@EACH
def test_each_kind_is_known_by_its_content_and_measured(media_type):
    found = read_picture(KINDS[media_type](321, 79))
    assert (found.media_type, found.width, found.height) == (media_type, 321, 79)
    assert found.body == KINDS[media_type](321, 79)


@pytest.mark.parametrize(
    "made",
    [
        pictures.webp(kind=b"VP8L"),
        pictures.webp(canvas=(320, 80)),
        pictures.webp(kind=b"VP8L", canvas=(320, 80)),
        pictures.webp(60, 40, kind=b"ANMF", canvas=(320, 80)),
        pictures.jpeg(frame=0xC2),
        pictures.jpeg(before=pictures.segment(0xE0, b"JFIF\0" + bytes(9)) + b"\xff\xff" + pictures.segment(0xDB, bytes(65))[1:]),
        pictures.gif(pictures=((0, 0, 320, 80), (10, 10, 20, 20))),
        pictures.png(colour=3),
    ],
)
def test_other_ways_to_write_the_same_size_are_read_too(made):
    found = read_picture(made)
    assert (found.width, found.height) == (320, 80)


def test_its_name_is_its_digest_and_its_ending_its_kind():
    found = read_picture(pictures.jpeg())
    assert found.file_name == f"{found.digest.hex()}.jpg"
    assert len(found.digest) == 32
    assert found.words == "JPEG, 320 × 80 pixels"


@pytest.mark.parametrize(
    "body",
    [SVG, b"\xef\xbb\xbf\n  " + SVG, b'<?xml version="1.0"?>' + SVG, SVG.upper(), b"<!-- -->" + SVG, b"<!DOCTYPE svg>" + SVG],
)
def test_an_svg_is_refused_whatever_it_is_called(body):
    with pytest.raises(BadValue, match="That is an SVG"):
        read_picture(body)


@pytest.mark.parametrize(
    "body",
    [
        b"GIF",
        b"%PDF-1.7",
        b"<html><script>alert(1)</script>",
        b"BM" + bytes(60),
        b"\0" * 100,
        b"RIFF\4\0\0\0WAVE",
        b"MZ",
        bytes(range(256)),
    ],
)
def test_what_is_another_kind_of_file_is_refused_by_its_content(body):
    with pytest.raises(BadValue, match="That is no PNG, JPEG, GIF or WebP, whatever its name says"):
        read_picture(body)


def test_nothing_at_all_is_refused():
    with pytest.raises(BadValue, match="The file is empty"):
        read_picture(b"")


def test_a_file_may_weigh_so_much_and_no_more():
    filled = pictures.jpeg(before=b"".join(pictures.segment(0xFE, bytes(60_000)) for _ in range(4)))
    room = MAX_BYTES - len(filled) - 4
    assert read_picture(pictures.jpeg(before=b"".join(pictures.segment(0xFE, bytes(n)) for n in (60_000,) * 4 + (room,))))
    with pytest.raises(BadValue, match="at most 300 kB fit"):
        read_picture(pictures.jpeg(before=b"".join(pictures.segment(0xFE, bytes(n)) for n in (60_000,) * 4 + (room + 1,))))


@EACH
@pytest.mark.parametrize(
    ("width", "height", "sentence"),
    [
        (2_001, 400, "It is 2,001 × 400 pixels: no side may be longer than 2,000"),
        (400, 2_001, "no side may be longer than 2,000"),
        (15, 40, "each side takes at least 16"),
        (60, 15, "each side takes at least 16"),
        (401, 40, "more than 10 times as wide as high"),
        (40, 121, "more than 3 times as high as wide"),
    ],
)
def test_sizes_and_shapes_that_cannot_be_shown_are_refused_in_words(media_type, width, height, sentence):
    with pytest.raises(BadValue, match=sentence):
        read_picture(KINDS[media_type](width, height))


@EACH
@pytest.mark.parametrize(("width", "height"), [(2_000, 1_000), (400, 40), (40, 120), (16, 16)])
def test_the_last_sizes_and_shapes_that_can(media_type, width, height):
    assert read_picture(KINDS[media_type](width, height)).width == width


def test_a_bomb_is_refused_by_what_it_says_before_anything_is_unpacked():
    bomb = pictures.png(60_000, 60_000, body=bytes(50_000_000))
    assert len(bomb) < MAX_BYTES
    with pytest.raises(BadValue, match="no side may be longer"):
        read_picture(bomb)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (pictures.png(0, 80), "begins as a PNG, but says that it has no size"),
        (pictures.png().replace(b"IDAT", b"IDOT", 1), "begins as a PNG, but is damaged"),
        (pictures.png(colour=5), "its colours are of a kind that no program knows"),
        (b"\x89PNG\r\n\x1a\n" + pictures.chunk(b"IEND", b""), "its parts are not in order"),
        (b"\x89PNG\r\n\x1a\n" + pictures.chunk(b"IHDR", bytes(12)), "its header has another length"),
        (pictures.png()[:33] + pictures.chunk(b"IEND", b""), "there is no picture in it"),
        (pictures.png()[:33] + pictures.png()[8:33], "its parts are not in order"),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0xFFFFFFFF) + b"IHDR", "is cut off"),
        (pictures.jpeg(0, 80), "begins as a JPEG, but says that it has no size"),
        (pictures.jpeg(frame=0xC3), "it is packed in a way that browsers do not know"),
        (pictures.jpeg(before=pictures.jpeg()[2:21]), "it has two sizes"),
        (b"\xff\xd8\xff\xd9", "there is no picture in it"),
        (b"\xff\xd8" + pictures.segment(0xDA, bytes(10)), "says nowhere how large it is"),
        (b"\xff\xd8\xff\xe0\0\1", "is damaged"),
        (b"\xff\xd8\xff\xe0\0\4ab@@", "is damaged"),
        (pictures.gif(pictures=()), "begins as a GIF, but there is no picture in it"),
        (pictures.gif(pictures=((0, 0, 60_000, 60_000),)), "a picture in it is larger than itself"),
        (pictures.gif(pictures=((319, 0, 2, 2),)), "a picture in it is larger than itself"),
        (pictures.gif(pictures=((0, 0, 0, 10),)), "says that it has no size"),
        (pictures.gif()[:-1] + b"\x99", "is damaged"),
        (pictures.webp(60_000 & 0x3FFF, 80, canvas=(320, 80)), "the picture in it has another size than itself"),
        (pictures.webp(400, 80, kind=b"ANMF", canvas=(320, 80)), "a picture in it is larger than itself"),
        (pictures.webp().replace(b"\x9d\x01\x2a", b"\0\0\0"), "begins as a WebP, but is damaged"),
        (pictures.webp(kind=b"VP8L").replace(b"\x2f", b"\0"), "is damaged"),
        (pictures.webp(kind=b"ALPH"), "there is no picture in it"),
        (b"RIFF\4\0\0\0WEBP", "there is no picture in it"),
    ],
)
def test_what_contradicts_itself_is_refused_in_words(made, sentence):
    with pytest.raises(BadValue, match=sentence):
        read_picture(made)


@EACH
def test_no_beginning_of_a_file_passes_for_the_whole(media_type):
    whole = KINDS[media_type]()
    for length in range(len(whole)):
        with pytest.raises(BadValue):
            read_picture(whole[:length])


@EACH
@given(st.data())
def test_any_bytes_are_read_or_refused_with_a_sentence(media_type, data):
    whole = bytearray(KINDS[media_type]())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found, refusal = outcome(read_picture, bytes(whole) + data.draw(st.binary(max_size=40)))
    if refusal:
        assert str(refusal).endswith(".")
    else:
        assert 16 <= min(found.width, found.height) <= max(found.width, found.height) <= 2_000


def test_what_a_file_carries_behind_its_end_changes_nothing():
    found = read_picture(pictures.png() + b"<script>alert(1)</script>")
    assert (found.media_type, found.width) == ("image/png", 320)


def test_a_chunk_with_a_wrong_sum_is_damage():
    made = pictures.png()
    header = made[12:29]
    wrong = made.replace(struct.pack(">I", zlib.crc32(header)), bytes(4))
    with pytest.raises(BadValue, match="is damaged"):
        read_picture(wrong)


@pytest.mark.parametrize(
    ("sides", "shown"),
    [
        ((320, 80), (160, 40)),
        ((2_000, 200), (240, 24)),
        ((80, 80), (40, 40)),
        ((40, 120), (13, 40)),
        ((30, 20), (30, 20)),
        ((160, 16), (160, 16)),
    ],
)
def test_a_picture_is_shown_within_its_room_and_never_enlarged(sides, shown):
    assert fitted(*sides, most=(240, 40)) == shown

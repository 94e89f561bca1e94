import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.text import clean, clean_line, fold, quoted


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Grünwald & Jørgensen", "grunwald jorgensen"), ("  A \t B ", "a b"), ("Straße", "strasse"), ("Łódź", "lodz"),
        ("Đặng", "dang"),
        ("Æther Œuvre", "aether oeuvre"), ("İstanbul ılık", "istanbul ilik"), ("ﬁn", "fin"), ("ＡＢＣ１２", "abc12"),
        ("O’Brien", "o'brien"),
        ("大阪市", "大阪市"), ("ガード", "ガード"), ("한국", "한국"), ("ООО «Вектор»", "ооо «вектор»"), ("हिन्दी", "हिन्दी"),
    ],
)  # fmt: skip
def test_text_is_folded_for_search(text, folded):
    assert fold(text) == folded


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_folded_text_stays_as_it_is(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_cleaned_text_has_no_control_characters(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not any(ord(c) < 32 and c not in "\n\t" for c in cleaned)
    cleaned.encode()
    line = clean_line(text)
    assert "\n" not in line
    assert clean_line(line) == line


def test_lines_and_tabs_stay():
    assert clean(" a\tb\r\nc\rd\0\x07 ") == "a\tb\nc\nd"
    assert clean_line(" a\tb\r\nc\0 ") == "a b c"


def test_a_quoted_value_is_cut():
    assert quoted("x" * 100) == "“" + "x" * 39 + "…”"

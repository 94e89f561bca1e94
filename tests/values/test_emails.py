import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from portal.values import emails
from portal.values.emails import email_key, mask_email, parse_email
from portal.values.errors import BadValue
from tests.values.outcome import outcome


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Ada@Example.COM ", "Ada@example.com"),
        ("o'brien+tag@sub.example.co.uk", "o'brien+tag@sub.example.co.uk"),
        ("bücher@bücher.de", "bücher@bücher.de"),
        ("a@xn--bcher-kva.de", "a@bücher.de"),
        ("用户@例え.jp", "用户@例え.jp"),
        ("\u212aay@\u212aelvin.example", "Kay@kelvin.example"),
    ],
)
def test_an_address_is_read(text, address):
    assert parse_email(text) == address


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The email address is missing."),
        ("ada@", "The part after @ is missing."),
        ("@example.com", "The part before @ is missing."),
        ("not-an-email", "“not-an-email” has no @, as in name@example.com."),
        ("Ada <ada@example.com>", "Leave out the name and the angle brackets: ada@example.com."),
        ("ada@example", "The part after @ ends with a dot and a country or kind, as in example.com."),
        ("a@b.de\r\nBcc: c@d.de", "An email address stands on one line."),
        ("a da@example.com", "There is a space in “a da@example.com”."),
        ("a..b@example.com", "There are two dots in a row in “a..b@example.com”."),
        ("a@b@example.com", "“a@b@example.com” has more than one @."),
        ("a@b.de, c@d.de", "“a@b.de, c@d.de” is more than one address, or has a comma in it. Write one."),
        ("a" * 65 + "@example.com", "The part before @ has at most 64 characters."),
        ("a@" + "b." * 130 + "de", "An email address has at most 254 characters."),
    ],
)
def test_a_refused_address_says_why(text, sentence):
    with pytest.raises(BadValue) as refusal:
        parse_email(text)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "text", ["a@-b.de", "a@b-.de", "a@[1.2.3.4]", "a@1.2.3.4", "a@b_c.de", "a(b)@c.de", ".a@b.de", "a.@b.de", "a@b.c1", "\ud800@b.de"]
)
def test_an_address_no_mail_can_reach_is_refused(text):
    with pytest.raises(BadValue):
        parse_email(text)


@given(st.text() | st.from_regex(r"[A-Za-z0-9.+@ü-]{1,12}@[A-Za-z0-9.-]{1,20}", fullmatch=True))
def test_any_text_is_read_or_refused_and_what_is_read_is_an_address(text):
    address, refusal = outcome(parse_email, text)
    if refusal:
        assert str(refusal).endswith(".")
    else:
        assert parse_email(address) == address
        assert validate_email(address, check_deliverability=False, test_environment=True).normalized == address


labels = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,5}[A-Za-z0-9])?", fullmatch=True).filter(lambda label: label[2:4] != "--")


@given(st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,70}", fullmatch=True), st.lists(labels, min_size=1, max_size=4))
def test_plain_addresses_are_read_as_all_others_are(local, domain):
    text = f"{local}@{'.'.join(domain)}.com"
    read, refusal = outcome(parse_email, text)
    carefully, other = outcome(emails._read_rare, text)
    assert (read, str(refusal)) == (carefully, str(other))


def test_addresses_are_compared_without_case():
    assert email_key("Ada@Example.com") == email_key("ADA@example.COM")
    assert email_key("BU\u0308CHER@x.de") == email_key("bücher@x.de")
    assert email_key("straße@x.de") != email_key("strasse@x.de")


@pytest.mark.parametrize(
    ("address", "masked"), [("birchz@example.com", "b•••••z@example.com"), ("ab@x.de", "a•••••@x.de"), ("a@x.de", "a•••••@x.de")]
)
def test_a_masked_address_shows_its_ends(address, masked):
    assert mask_email(address) == masked

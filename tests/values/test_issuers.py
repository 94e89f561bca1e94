import pytest

from portal.values.errors import BadValue
from portal.values.openid import parse_issuer, url_fault


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        (" https://login.example.com ", "https://login.example.com"),
        ("https://tenant.example.com/", "https://tenant.example.com/"),
        ("https://login.example.com/realms/a/.well-known/openid-configuration", "https://login.example.com/realms/a"),
        ("https://login.example.com:8443", "https://login.example.com:8443"),
    ],
)
def test_an_issuer_is_read(text, issuer):
    assert parse_issuer(text) == issuer


@pytest.mark.parametrize(
    "text",
    [
        "", "login.example.com", "http://login.example.com", "https://login.example.com?x=1", "https://login.example.com#x",
        "https://localhost", "http://127.0.0.1:4000", "https://login.example.com:25", "https://a:b@login.example.com",
        "https://" + "x" * 600, "javascript:alert(1)", "https://login.exämple.com",
    ],
)  # fmt: skip
def test_what_is_no_issuer(text):
    with pytest.raises(BadValue):
        parse_issuer(text)


def test_this_computer_is_an_issuer_where_that_is_allowed_only():
    assert parse_issuer("http://127.0.0.1:4000", lenient=True) == "http://127.0.0.1:4000"
    assert url_fault("http://192.168.0.1:4000", lenient=True)
    assert url_fault("http://login.example.com", lenient=True)


def test_what_is_no_text_is_no_address():
    assert url_fault(None)
    assert url_fault(["https://login.example.com"])

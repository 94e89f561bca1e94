import pytest

from portal.values.domains import PUBLIC, domain_of, parse_domain, parse_domains
from portal.values.errors import BadValue


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Example.COM", "example.com"),
        (" @example.com. ", "example.com"),
        ("grünwald.example", "xn--grnwald-o2a.example"),
        ("a.b.c.example", "a.b.c.example"),
    ],
)
def test_a_domain_is_read(text, name):
    assert parse_domain(text) == name


@pytest.mark.parametrize(
    "text", ["", "example", "-a.example", "a-.example", "a..example", "10.0.0.1", "exa mple.com", "a_b.com", "x" * 254 + ".de"]
)
def test_what_is_no_domain(text):
    with pytest.raises(BadValue):
        parse_domain(text)


def test_an_address_is_no_domain_but_has_one():
    with pytest.raises(BadValue, match=r"example\.com"):
        parse_domain("marta@example.com")
    assert domain_of("Marta@Example.com") == "example.com"
    assert domain_of("marta@grünwald.example") == "xn--grnwald-o2a.example"
    assert domain_of("marta") == domain_of("") == domain_of("marta@") == ""


def test_several_are_read_once_each():
    assert parse_domains("b.example, a.example\nB.example;") == ["a.example", "b.example"]
    assert parse_domains(" \n ") == []


def test_public_ones_are_written_as_they_are_compared():
    assert all(parse_domain(name) == name for name in PUBLIC)

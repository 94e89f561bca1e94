"""Logos as strangers are served them: as what they were found to be, to be kept for good, and good for nothing else."""

import pytest

from portal.domain import brands
from portal.domain.sign_in import mint_link
from portal.values.images import read_picture
from tests import pictures

WIDE, MARK = read_picture(pictures.png()), read_picture(pictures.webp(80, 80))


@pytest.fixture
def put(database, cast):
    """Put a logo in place."""

    def put(picture) -> str:
        with database.writing() as session:
            brands.set_logo(session, session.merge(cast.entity), picture, by=cast.operator())
        return f"/logos/{picture.file_name}"

    return put


@pytest.mark.parametrize("made", [pictures.png(), pictures.jpeg(), pictures.gif(), pictures.webp()], ids=["png", "jpeg", "gif", "webp"])
def test_a_logo_is_served_as_it_was_handed_in(client, put, made):
    picture = read_picture(made)
    answer = client.http.get(put(picture))
    assert (answer.status_code, answer.data, answer.headers["Content-Type"]) == (200, made, picture.media_type)
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in headers


def test_a_browser_that_has_it_is_not_sent_it_again(client, put):
    path = put(WIDE)
    tag = client.http.get(path).headers["ETag"]
    answer = client.http.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_logo_that_was_replaced_is_served_on(client, put):
    first, second = put(WIDE), put(MARK)
    assert client.http.get(first).data == WIDE.body
    assert client.http.get(second).data == MARK.body


@pytest.mark.parametrize(
    "name", ["logo.png", "0" * 64 + ".png", "0" * 64, "..%2f..%2fetc%2fpasswd", "%00.png", "é" * 64 + ".png", "x" * 5000]
)
def test_there_is_nothing_under_any_other_name(client, put, name):
    put(WIDE)
    assert client.http.get(f"/logos/{name}").status_code == 404
    assert client.http.get(f"/logos/{WIDE.file_name}/x").status_code == 404
    assert client.http.get(f"/logos/{WIDE.digest.hex()}.svg").status_code == 404


def test_the_portal_has_a_wide_logo_in_place_of_the_name_and_a_narrow_one_beside_it(client, put):
    path = put(WIDE)
    brand = client.as_person().get("/account").find("a", class_="brand")
    (image,) = brand.iter("img")
    assert [image.get(name) for name in ("src", "width", "height", "alt")] == [path, "128", "32", "Northwind"]
    assert "".join(brand.itertext()).strip() == ""
    path = put(MARK)
    brand = client.as_person().get("/account").find("a", class_="brand")
    (image,) = brand.iter("img")
    assert [image.get(name) for name in ("src", "width", "height", "alt")] == [path, "32", "32", ""]
    assert "".join(brand.itertext()).strip() == "Northwind"


def test_the_console_is_ours_and_wears_nobodys_logo(client, put):
    put(WIDE)
    assert not list(client.as_operator().get("/console/customers/").find("a", class_="brand").iter("img"))


def test_without_a_logo_the_name_stands_there(client):
    brand = client.as_person().get("/account").find("a", class_="brand")
    assert (list(brand), brand.text.strip()) == ([], "Northwind")


def test_the_pages_of_an_emailed_link_wear_the_logo_too(client, put, database, cast):
    path = put(WIDE)
    with database.writing() as session:
        token = mint_link(session, purpose="preferences", contact_id=cast.own_contacts["owner"].id)
    page = client.follow(client.get(f"/links/preferences/{token}", status=303))
    assert page.find("a", class_="brand").find("img").get("src") == path


def test_the_page_that_checks_statements_wears_the_logo_too(client, put):
    path = put(WIDE)
    assert client.get("/verify").find("a", class_="brand").find("img").get("src") == path
    unknown = client.get("/verify/AAAA-AAAA-AAAA-AAAA", status=404)
    assert unknown.find("a", class_="brand").find("img").get("src") == path


def test_ways_in_belong_to_no_business_entity_and_wear_no_logo(client, put):
    put(WIDE)
    assert not list(client.get("/sign-in").find("a", class_="brand").iter("img"))

"""The demo's mailbox in the browser: real messages, taken by the real catcher."""

from types import SimpleNamespace

import pytest

from portal.gateways.compose import compose
from portal.gateways.mail_catcher.server import MailCatcher
from portal.gateways.smtp import Accepted, Smtp
from portal.values.clock import now

LETTER = SimpleNamespace(
    subject="You have 25.00 EUR more credit",
    text="Hello Marta,\nfollow https://portal.example/l/7f3k\n",
    html="<html><head><title>x</title></head><body><p>Hello Märta</p><script>alert(1)</script></body></html>",
)


@pytest.fixture
def post(settings):
    """Send a message to the mailbox of the application under test."""
    catcher = MailCatcher(settings.mailbox)
    catcher.start()
    smtp = Smtp(f"smtp://127.0.0.1:{catcher.port}", timeout=5)

    def post(to="marta@gruenwald.example", rendered=LETTER):
        message = compose(
            sender_name="Northwind",
            sender_address="billing@northwind.example",
            reply_to=None,
            to_name="",
            to_address=to,
            rendered=rendered,
            message_id="1@northwind.example",
            date=now(),
            headers={},
        )
        assert isinstance(smtp.send("bounce@northwind.example", to, message), Accepted)

    yield post
    smtp.close()
    catcher.stop()


def first_link(page):
    return page.find("table", class_="ledger").find(".//tbody//a").get("href")


def test_an_empty_mailbox_says_how_mail_gets_there(client):
    page = client.get("/mailbox")
    assert page.h1 == "Demo mailbox"
    assert "No mail yet." in page.text
    assert "nothing leaves this machine" in page.text


def test_the_newest_mail_stands_first(client, post):
    post(rendered=SimpleNamespace(**{**vars(LETTER), "subject": "The first"}))
    post(rendered=SimpleNamespace(**{**vars(LETTER), "subject": "The second"}))
    page = client.get("/mailbox")
    assert page.text.index("The second") < page.text.index("The first")


def test_mail_to_one_address_can_be_asked_for(client, post):
    post("marta@gruenwald.example")
    post("jonas@weber.example")
    page = client.get("/mailbox?to=Jonas@weber.example")
    assert "jonas@weber.example" in page.text
    assert "marta@gruenwald.example" not in page.text
    assert "No mail to “nobody@weber.example” yet." in client.get("/mailbox?to=nobody@weber.example").text


def test_older_mail_is_a_page_further(client, post):
    for number in range(52):
        post(rendered=SimpleNamespace(**{**vars(LETTER), "subject": f"Letter {number:02d}."}))
    page = client.get("/mailbox")
    assert "Letter 02." in page.text
    assert "Letter 01." not in page.text
    older = next(link for link in page.find_all("a") if (link.text or "").strip() == "Older").get("href")
    assert "Letter 01." in client.get(older).text


def test_the_list_refreshes_itself_only_when_there_is_something_new(client, post):
    post()
    refresh = client.get("/mailbox").find("section", id="messages").get("hx-get")
    client.get(refresh, htmx=True, status=204)
    post("jonas@weber.example")
    fragment = client.get(refresh, htmx=True)
    assert "jonas@weber.example" in fragment.text
    assert not fragment.find_all("h1")
    assert client.get(refresh).h1 == "Demo mailbox"


def test_a_message_shows_its_headers_and_three_forms(client, post):
    post()
    where = first_link(client.get("/mailbox"))
    page = client.get(where)
    assert page.h1 == LETTER.subject
    assert "billing@northwind.example" in page.text
    frame = page.find("iframe")
    assert frame.get("src") == f"{where}/html"
    assert "allow-scripts" not in frame.get("sandbox")
    assert "allow-same-origin" not in frame.get("sandbox")
    text = client.get(f"{where}?part=text")
    assert text.find("a", href="https://portal.example/l/7f3k") is not None
    assert "Content-Transfer-Encoding: quoted-printable" in client.get(f"{where}?part=source").text
    assert client.get(f"{where}?part=nonsense").find("iframe") is not None


def test_the_html_of_a_mail_can_be_styled_and_nothing_else(client, post):
    post()
    response = client.http.get(f"{first_link(client.get('/mailbox'))}/html")
    policy = {part.split()[0]: part.split()[1:] for part in response.headers["Content-Security-Policy"].split("; ")}
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-same-origin" not in policy["sandbox"]
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert '<head><base target="_top">' in response.get_data(as_text=True)
    assert "Hello Märta" in response.get_data(as_text=True)


def test_a_mail_in_plain_text_only_has_no_html_to_show(client, settings):
    settings.mailbox.mkdir(parents=True)
    (settings.mailbox / "0000000000000000001-abcdef01.eml").write_bytes(b"Subject: <b>\r\nTo: x\r\n\r\n<script>alert(1)</script>\r\n")
    page = client.get("/mailbox/0000000000000000001-abcdef01")
    assert not page.find_all("iframe")
    assert "<script>alert(1)</script>" in page.text
    assert client.http.get("/mailbox/0000000000000000001-abcdef01/html").status_code == 404


@pytest.mark.parametrize("id", ["nonsense", "0000000000000000001-abcdef01", "..%2f..%2fetc%2fpasswd", "..", "%00"])
def test_a_message_that_is_not_there_is_an_honest_page(client, id):
    client.get(f"/mailbox/{id}", status=404)
    assert client.http.get(f"/mailbox/{id}/html").status_code == 404


def test_nothing_can_be_written(client):
    assert client.http.delete("/mailbox").status_code in {400, 405}

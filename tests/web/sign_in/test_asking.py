"""Asking for a link: one answer for everybody, and the code."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from portal.model import AuditEvent, BrowserSession, SignInRequest
from portal.values import clock
from tests.page_client import PageClient

MARTA = "marta@gruenwald.example"


def ask(client, email=MARTA, **more):
    return client.submit(client.get("/sign-in"), "/sign-in", {"email": email, **more})


def test_the_link_page_is_asked_for_with_an_address(client, mails):
    answer = ask(client)
    assert answer.location == "/sign-in/sent"
    page = client.follow(answer)
    assert page.h1 == "Look into your mailbox"
    assert MARTA in page.text
    assert mails() == 1


def test_an_address_that_is_none_is_answered_at_the_field(client, mails):
    page = client.submit(client.get("/sign-in"), "/sign-in", {"email": "marta(at)example"}, status=422)
    assert "has no @" in page.text
    assert page.find("input", name="email").get("value") == "marta(at)example"
    assert mails() == 0


def test_an_address_with_a_second_line_sends_nothing(client, mails):
    client.submit(client.get("/sign-in"), "/sign-in", {"email": "marta@gruenwald.example\r\nBcc: all@example.com"}, status=422)
    assert mails() == 0


def test_known_and_unknown_addresses_get_the_same_answers(app, cast, mails):
    def bodies(email):
        client = PageClient(app, cast)
        answer = ask(client, email)
        sent = client.follow(answer)
        wrong = client.submit(sent, "/sign-in/sent", {"code": "000000"}, status=422)
        return [
            (page.status, page.location, plain(page.body, email), sorted(dict(page.response.headers))) for page in (answer, sent, wrong)
        ]

    assert bodies(MARTA) == bodies("nobody@gruenwald.example")
    assert mails() == 1


def plain(body, email):
    return re.sub(r'(name="csrf_token" value|csrf-token" content)="[^"]+"', "", body).replace(email, "ADDRESS")


def test_a_deactivated_person_is_asked_like_a_stranger(client, cast, database, mails):
    with database.writing() as db:
        db.merge(cast.operators["support"]).deactivated_at = clock.now()
    ask(client, "support@northwind.example")
    assert mails() == 0


def test_a_contact_without_a_portal_role_is_asked_like_a_stranger(client, cast, database, mails):
    with database.writing() as db:
        db.merge(cast.own_contacts["viewer"]).portal_role = "none"
    ask(client, "vera@gruenwald.example")
    assert mails() == 0


def test_a_fourth_mail_in_a_quarter_of_an_hour_is_not_sent_and_looks_the_same(app, cast, mails):
    for _ in range(3):
        ask(PageClient(app, cast))
    client = PageClient(app, cast)
    page = client.follow(ask(client))
    assert page.h1 == "Look into your mailbox"
    assert mails() == 3


def test_the_code_of_the_last_mail_stays_good_after_a_fourth_request(client, mail_to, mails):
    for _ in range(3):
        ask(client)
    mail = mail_to(MARTA)
    answer = ask(client)
    assert mails() == 3
    assert client.submit(client.follow(answer), "/sign-in/sent", {"code": mail.code}).location == "/account"


def test_one_network_cannot_ask_for_very_many_addresses(client):
    for number in range(30):
        ask(client, f"someone{number}@example.com")
    answer = client.post("/sign-in", {"email": "one-more@example.com"}, status=429)
    assert int(answer.response.headers["Retry-After"]) > 0
    assert "Wait 15 seconds" in answer.text


def test_the_code_signs_in_the_browser_that_asked(client, cast, database, mail_to):
    page = client.follow(ask(client))
    mail = mail_to(MARTA)
    answer = client.submit(page, "/sign-in/sent", {"code": f"{mail.code[:3]} {mail.code[3:]}"})
    assert answer.location == "/account"
    with database.reading() as db:
        session = db.scalars(select(BrowserSession)).one()
        assert (session.side, session.method, session.contact_id) == ("portal", "code", cast.own_contacts["owner"].id)
        signed_in = db.scalars(select(AuditEvent).where(AuditEvent.action == "user.signed_in")).one()
        assert (signed_in.customer_id, signed_in.facts["method"]) == (cast.own.id, "code")


def test_a_code_works_once(client, mail_to, app, cast):
    page = client.follow(ask(client))
    cookie = client.http.get_cookie("portal_browser")
    mail = mail_to(MARTA)
    client.submit(page, "/sign-in/sent", {"code": mail.code})
    client.http.set_cookie("portal_browser", cookie.value)
    assert client.post("/sign-in/sent", {"code": mail.code}).location == "/sign-in"


def test_a_code_is_nothing_in_another_browser(client, mail_to, app, cast):
    ask(client)
    mail = mail_to(MARTA)
    other = PageClient(app, cast)
    assert other.post("/sign-in/sent", {"code": mail.code}).location == "/sign-in"


def test_wrong_codes_are_counted_down_and_the_fifth_ends_it(client, mail_to):
    page = client.follow(ask(client))
    mail = mail_to(MARTA)
    wrong = "000000" if mail.code != "000000" else "000001"
    said = []
    for _ in range(5):
        answer = client.submit(page, "/sign-in/sent", {"code": wrong}, status=422)
        said.append("".join(answer.find("p", class_="err").itertext()))
    assert said[2] == "That was not the code. Two tries are left."
    assert said[3] == "That was not the code. One try is left."
    assert said[4] == "That was not the code, and there are no tries left. Have a new one sent."
    client.submit(page, "/sign-in/sent", {"code": mail.code}, status=422)


def test_a_code_lasts_ten_minutes(client, mail_to):
    ask(client)
    mail = mail_to(MARTA)
    with clock.frozen(clock.now() + timedelta(minutes=10, seconds=1)):
        answer = client.post("/sign-in/sent", {"code": mail.code})
    assert answer.location == "/sign-in"


def test_a_refused_code_stays_on_record_though_the_answer_is_an_error(client, database, mail_to):
    page = client.follow(ask(client))
    mail_to(MARTA)
    client.submit(page, "/sign-in/sent", {"code": "x"}, status=422)
    with database.reading() as db:
        assert db.scalar(select(SignInRequest.code_tries)) == 1
        assert db.scalar(select(func.count()).where(AuditEvent.action == "sign_in.refused")) == 1


def test_sending_again_takes_a_minute_and_makes_a_new_mail(client, mails, mail_to):
    page = client.follow(ask(client))
    assert "Send it again in" in page.text
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        page = client.get("/sign-in/sent")
        answer = client.submit(page, "/sign-in/mails")
        assert MARTA in client.follow(answer).text
    assert mails() == 2


def test_htmx_gets_the_part_that_sends_again(client):
    ask(client)
    part = client.get("/sign-in/sent", htmx=True)
    assert "Send it again" in part.text
    assert not part.find_all("h1")


def test_the_page_that_waits_leads_back_when_nothing_was_asked(client):
    assert client.get("/sign-in/sent", status=303).location == "/sign-in"


def test_the_front_door_leads_to_where_one_is_signed_in(client, app, cast):
    assert client.get("/", status=303).location == "/sign-in"
    assert client.as_person().get("/", status=303).location == "/account"
    assert client.as_operator().get("/", status=303).location == "/console"


def test_the_page_asked_for_is_led_on_to(client, mail_to):
    page = client.get("/sign-in?next=/account/access")
    answer = client.submit(page, "/sign-in", {"email": MARTA})
    mail = mail_to(MARTA)
    assert client.submit(client.follow(answer), "/sign-in/sent", {"code": mail.code}).location == "/account/access"

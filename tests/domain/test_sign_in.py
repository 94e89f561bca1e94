"""Links and codes below the pages: who may use what, and how often."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import actors, sessions, sign_in, users
from portal.model import Contact, EmailMessage, SignInRequest, User
from portal.values import clock, emails, tokens

MARTA = "marta@gruenwald.example"
KEY = b"a key for tests"
VISITOR = actors.ANONYMOUS
PURPOSES = ("sign_in", "invite", "preferences", "unsubscribe", "verify_address", "statement")


def test_asking_is_the_same_for_known_and_unknown_but_for_the_mail(session, cast):
    known, unknown = (sign_in.ask(session, email, by=VISITOR) for email in (MARTA, "nobody@gruenwald.example"))
    assert known.request.user_id == cast.own_contacts["owner"].user_id
    assert unknown.request.user_id is None
    message = session.scalars(select(EmailMessage)).one()
    assert (message.letter, message.to_address, message.contact_id) == ("sign_in", MARTA, cast.own_contacts["owner"].id)
    assert message.links == {"sign_in": {"purpose": "sign_in", "target": "", "request_id": str(known.request.id)}}


def test_a_request_is_found_by_its_own_browser_only(session, cast):
    asked = sign_in.ask(session, MARTA, by=VISITOR)
    assert sign_in.request_of(session, asked.browser) is asked.request
    for other in ("", "nonsense", asked.browser + "x", f"{asked.request.id.hex}.", f"{'0' * 32}.{asked.browser.partition('.')[2]}"):
        assert sign_in.request_of(session, other) is None


def test_a_code_is_kept_by_a_keyed_digest_and_told_once(session, cast):
    request = sign_in.ask(session, MARTA, by=VISITOR).request
    code = sign_in.mint_code(session, request.id, KEY)
    assert code.isdigit()
    assert len(code) == 6
    assert request.code_digest == tokens.code_digest(KEY, request.code_salt, code)


def test_a_code_is_spent_by_its_first_use(session, cast):
    request = sign_in.ask(session, MARTA, by=VISITOR).request
    code = sign_in.mint_code(session, request.id, KEY)
    assert sign_in.use_code(session, request.id, code, KEY).right
    assert sign_in.use_code(session, request.id, code, KEY) == sign_in.CodeAnswer(right=False)


def test_a_request_without_a_code_has_none_that_fits(session, cast):
    request = sign_in.ask(session, "nobody@gruenwald.example", by=VISITOR).request
    assert sign_in.use_code(session, request.id, "", KEY) == sign_in.CodeAnswer(right=False, left=4)
    assert not sign_in.use_code(session, request.id, "000000", b"").right


def test_a_link_is_good_for_its_own_purpose_only(session, cast):
    contact = cast.own_contacts["owner"]
    minted = {purpose: sign_in.mint_link(session, purpose=purpose, contact_id=contact.id, user_id=contact.user_id) for purpose in PURPOSES}
    for purpose in PURPOSES:
        for made_for, token in minted.items():
            assert (sign_in.open_link(session, token, purpose) is not None) == (purpose == made_for)


@pytest.mark.parametrize(
    ("purpose", "lives"), [("sign_in", timedelta(hours=24)), ("invite", timedelta(hours=72)), ("preferences", timedelta(days=365))]
)
def test_links_live_as_long_as_their_purpose_wants(session, cast, purpose, lives):
    contact = cast.own_contacts["owner"]
    user_id = cast.operators["owner"].id if purpose == "invite" else contact.user_id
    token = sign_in.mint_link(session, purpose=purpose, contact_id=contact.id, user_id=user_id)
    made = clock.now()
    with clock.frozen(made + lives - timedelta(minutes=1)):
        assert sign_in.open_link(session, token, purpose).state == "live"
    with clock.frozen(made + lives + timedelta(minutes=1)):
        opened = sign_in.open_link(session, token, purpose)
        assert opened.state == "expired"
        assert not sign_in.spend(session, opened)


def test_an_unsubscribe_link_never_runs_out(session, cast):
    token = sign_in.mint_link(session, purpose="unsubscribe", contact_id=cast.own_contacts["owner"].id, topic="wallet")
    with clock.frozen(clock.now() + timedelta(days=4000)):
        assert sign_in.open_link(session, token, "unsubscribe").state == "live"


def test_a_link_is_spent_once(session, cast):
    token = sign_in.mint_link(session, purpose="sign_in", contact_id=cast.own_contacts["owner"].id)
    opened = sign_in.open_link(session, token, "sign_in")
    assert sign_in.spend(session, opened)
    assert not sign_in.spend(session, opened)
    session.expire_all()
    assert sign_in.open_link(session, token, "sign_in").state == "used"


def test_two_links_of_one_request_start_one_session(session, cast):
    request = sign_in.ask(session, MARTA, by=VISITOR).request
    first, second = (sign_in.mint_link(session, purpose="sign_in", request_id=request.id) for _ in range(2))
    opened = [sign_in.open_link(session, token, "sign_in") for token in (first, second)]
    assert [sign_in.spend(session, one) for one in opened] == [True, False]


def test_the_masked_address_is_all_that_a_page_shows(session, cast):
    token = sign_in.mint_link(session, purpose="sign_in", contact_id=cast.own_contacts["owner"].id)
    assert sign_in.open_link(session, token, "sign_in").masked == emails.mask_email(MARTA)


def test_entering_by_email_ties_all_contacts_of_the_address_to_the_person(session, cast):
    for customer in (cast.own, cast.neighbour):
        session.add(Contact(customer_id=customer.id, email="yui@tanaka.example", email_key="yui@tanaka.example", portal_role="viewer"))
    session.flush()
    place = sign_in.choices(session, "yui@tanaka.example", method="link")[0]
    started = sign_in.enter(session, "yui@tanaka.example", place, method="link", by=VISITOR)
    contacts = session.scalars(select(Contact).where(Contact.email_key == "yui@tanaka.example")).all()
    assert {contact.user_id for contact in contacts} == {started.row.user_id}
    assert all(contact.verified_at for contact in contacts)
    assert sessions.find(session, started.token).customer_id == place.customer_id


def test_entering_by_password_shows_nothing_about_a_mailbox(session, cast):
    user = cast.operators["support"]
    session.add(Contact(customer_id=cast.own.id, email=user.email, email_key=user.email_key, portal_role="viewer"))
    session.flush()
    places = sign_in.choices(session, user.email, method="password", target="/account")
    assert [place.side for place in places] == ["console"]
    sign_in.enter(session, user.email, places[0], method="password", by=VISITOR)
    contact = session.scalars(select(Contact).where(Contact.email_key == user.email_key)).one()
    assert (contact.user_id, contact.verified_at) == (None, None)


def test_the_customer_one_was_at_last_comes_first(session, cast):
    session.add(Contact(customer_id=cast.neighbour.id, email=MARTA, email_key=MARTA, portal_role="viewer"))
    session.flush()
    own, neighbour = sign_in.choices(session, MARTA, method="link")
    assert (own.customer_id, neighbour.customer_id) == (cast.own.id, cast.neighbour.id)
    sign_in.enter(session, MARTA, neighbour, method="link", by=VISITOR)
    assert sign_in.choices(session, MARTA, method="link")[0] == neighbour


def test_signing_in_ends_the_other_links_that_were_asked_for(session, cast):
    older = sign_in.ask(session, MARTA, by=VISITOR).request
    token = sign_in.mint_link(session, purpose="sign_in", request_id=older.id)
    wallet = sign_in.mint_link(session, purpose="sign_in", contact_id=cast.own_contacts["owner"].id)
    place = sign_in.choices(session, MARTA, method="link")[0]
    sign_in.enter(session, MARTA, place, method="link", by=VISITOR)
    session.expire_all()
    assert sign_in.open_link(session, token, "sign_in").state == "replaced"
    assert sign_in.open_link(session, wallet, "sign_in").state == "live"


def test_minting_sets_the_ten_minutes_anew_for_a_mail_that_waited(session, cast):
    request = sign_in.ask(session, MARTA, by=VISITOR).request
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        sign_in.mint_code(session, request.id, KEY)
    assert session.get_one(SignInRequest, request.id).expires_at > clock.now() + timedelta(minutes=18)


def test_somebody_deactivated_is_let_in_nowhere(session, cast):
    user = session.get_one(User, cast.own_contacts["owner"].user_id)
    token = sign_in.mint_link(session, purpose="sign_in", contact_id=cast.own_contacts["owner"].id)
    users.deactivate(session, user, by=cast.operator())
    assert sign_in.choices(session, MARTA, method="link") == []
    assert sign_in.open_link(session, token, "sign_in").state == "void"

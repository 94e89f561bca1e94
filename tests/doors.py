"""The doors where an address is typed, knocked at with one that is known here and with one that is not.

The tests hold the two answers and the work behind them against each other, `tests/bench/enumeration.py` the time they take.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select

from portal.domain import passwords, sessions, sign_in
from portal.model import Attempt, Contact, Membership, SignInRequest, User
from portal.values import emails
from portal.web import signed_in
from tests import factories
from tests.cast import Cast
from tests.page_client import PageClient

PASSWORD = "violet anchor tundra maple"


class Hall:
    """The application and its people; every knock is made by a browser of its own, with all that was counted before forgotten."""

    def __init__(self, app, cast: Cast):
        self.app, self.cast, self.database = app, cast, app.extensions["database"]
        self.hashed = passwords.hash_password(PASSWORD)
        self.companies = 0

    def make(self, number: int, *, operator: bool) -> str:
        """Make somebody who is known, an operator or a customer's person with a password; give the address."""
        known = address(number, known=True)
        with self.database.writing() as session:
            if operator:
                user = User(email=known, email_key=emails.email_key(known), name="Sam Operator")
                session.add(user)
                session.flush()
                session.add(Membership(user_id=user.id, role="support"))
            else:
                company = factories.customer(session, session.merge(self.cast.entity), name=f"Company {number:06d}", email=known)
                user = session.get_one(User, factories.primary(session, company, first_name="Sam").user_id)
            user.password_hash = self.hashed
        return known

    def stranger(self) -> PageClient:
        """Open a browser that nobody is signed in with."""
        return PageClient(self.app, self.cast)

    def signed_in(self, *, contact: str = "") -> tuple[PageClient, Contact | None]:
        """Open a browser with the owner of yet another customer in it; `contact` is the address of one who is there already."""
        browser, made = self.stranger(), None
        self.companies += 1
        with self.database.writing() as session:
            email = f"zoe{self.companies}@elsewhere.example"
            company = factories.customer(session, session.merge(self.cast.entity), name="Elsewhere Ltd", email=email)
            owner = factories.primary(session, company, first_name="Zoe")
            if contact:
                made = factories.contact(session, company, contact, first_name="Uma")
            token = sessions.start(session, session.get_one(User, owner.user_id), side="portal", method="link", contact=owner).token
        with self.app.app_context():
            browser.http.set_cookie(signed_in.cookie_name("portal"), token)
        return browser, made

    def forget(self) -> None:
        """Forget what was tried before."""
        with self.database.writing() as session:
            session.execute(delete(Attempt))


@dataclass(frozen=True)
class Knock:
    """A form that is about to be sent."""

    browser: PageClient
    path: str
    data: dict[str, str]

    def __call__(self):
        return self.browser.http.post(self.path, data=self.data)


@dataclass(frozen=True)
class Door:
    """A door: `ready(hall, address)` fills in its form; `operators` tells who is known at it."""

    name: str
    ready: Callable[[Hall, str], Knock]
    operators: bool = False


def address(number: int, *, known: bool) -> str:
    """Give an address; those of both sorts are equally long, and stand between each other in the indexes."""
    return f"{2 * number + known:06d}.{'sam' if known else 'tom'}@people.example"


def link(hall: Hall, email: str) -> Knock:
    browser = hall.stranger()
    return Knock(browser, "/sign-in", {"email": email, "csrf_token": browser.csrf_token()})


def settings_link(hall: Hall, email: str) -> Knock:
    browser = hall.stranger()
    return Knock(browser, "/links/settings", {"email": email, "csrf_token": browser.csrf_token()})


def forgotten(hall: Hall, email: str) -> Knock:
    knock = link(hall, email)
    return Knock(knock.browser, knock.path, knock.data | {"next": "/console/profile/password"})


def code(hall: Hall, email: str) -> Knock:
    asked = link(hall, email)
    assert asked().status_code == 303
    with hall.database.writing() as session:
        request = session.scalars(select(SignInRequest).order_by(SignInRequest.created_at.desc())).first()
        if request.user_id is not None:
            sign_in.mint_code(session, request.id, hall.app.extensions["settings"].secret_key.encode())
    return Knock(asked.browser, "/sign-in/sent", {"code": "000000", "csrf_token": asked.data["csrf_token"]})


def password(hall: Hall, email: str) -> Knock:
    browser = hall.stranger()
    return Knock(browser, "/sign-in/password", {"email": email, "password": "of nobody here", "csrf_token": browser.csrf_token()})


def own_address(hall: Hall, email: str) -> Knock:
    browser, _ = hall.signed_in()
    return Knock(browser, "/account/access/address", {"email": email, "csrf_token": browser.csrf_token()})


def new_contact(hall: Hall, email: str) -> Knock:
    browser, _ = hall.signed_in()
    return Knock(browser, "/account/contacts", {"email": email, "csrf_token": browser.csrf_token()})


def invite(hall: Hall, email: str) -> Knock:
    browser, contact = hall.signed_in(contact=email)
    return Knock(browser, f"/account/contacts/{contact.id}/invites", {"role": "viewer", "csrf_token": browser.csrf_token()})


DOORS = [
    Door("link", link),
    Door("link of an operator", link, operators=True),
    Door("settings link", settings_link),
    Door("forgotten password", forgotten),
    Door("code", code),
    Door("password", password),
    Door("password of an operator", password, operators=True),
    Door("own address", own_address),
    Door("own address, an operator's", own_address, operators=True),
    Door("new contact", new_contact),
    Door("invite", invite),
]

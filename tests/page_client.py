"""A browser without scripts for tests: it looks at every page it fetches, so that each test checks the house rules too."""

import re
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient

from portal.domain import sessions
from portal.model import User
from portal.web import signed_in

SPACE = re.compile(r"\s+")


class Page:
    """An answer: `status`, `text` (what a person reads), `find`/`find_all` by tag and attributes, `location`."""

    def __init__(self, response, *, fragment: bool = False):
        self.response = response
        self.status = response.status_code
        self.location = response.headers.get("Location", "")
        self.body = response.get_data(as_text=True)
        self.fragment = fragment
        self.document: Element | None = None
        if response.mimetype == "text/html" and self.body.strip():
            self.document = self._parse()

    def _parse(self) -> Element:
        parser = html5lib.HTMLParser(strict=not self.fragment, namespaceHTMLElements=False)
        try:
            return parser.parseFragment(self.body) if self.fragment else parser.parse(self.body)
        except html5lib.html5parser.ParseError as error:
            raise AssertionError(f"not valid HTML: {error}: {parser.errors[-1:]}\n{self.body}") from error

    @property
    def text(self) -> str:
        """All words of the page, spaces folded."""
        return SPACE.sub(" ", "".join(self.document.itertext())) if self.document is not None else self.body

    def find_all(self, tag: str, **attributes: str) -> list[Element]:
        """Find elements by tag and attributes (class_ is one class of several)."""
        return [element for element in self.document.iter(tag) if _fits(element, attributes)] if self.document is not None else []

    def find(self, tag: str, **attributes: str) -> Element:
        found = self.find_all(tag, **attributes)
        assert found, f"no <{tag} {attributes}> on the page:\n{self.body}"
        return found[0]

    def form(self, action: str = "") -> dict[str, str]:
        """Give the fields of a form as a browser would send them, hidden ones and defaults too."""
        forms = [form for form in self.find_all("form") if action in (form.get("action") or "")]
        assert forms, f"no form to “{action}” on the page:\n{self.body}"
        return fields(forms[0])

    @property
    def h1(self) -> str:
        return SPACE.sub(" ", "".join(self.find("h1").itertext())).strip()

    def look(self) -> None:
        """Hold the page against the house rules."""
        if self.document is None or self.fragment:
            return
        headings = self.find_all("h1")
        assert len(headings) == 1, f"a page has one h1, this has {len(headings)}"
        assert "".join(self.find("title").itertext()).strip(), "a page has a title"
        self._look_at_ids()
        for element in self.document.iter():
            if isinstance(element.tag, str):
                assert "style" not in element.attrib, f"inline style on <{element.tag}>: the content security policy refuses it"
                assert not any(name.startswith("on") for name in element.attrib), f"inline script on <{element.tag}>"
        assert not self.find_all("style"), "inline <style>"
        assert all(script.get("src") for script in self.find_all("script")), "inline <script>"
        for form in self.find_all("form"):
            if (form.get("method") or "get").lower() == "post":
                assert form.get("action"), "a form names its action"
                assert any(field.get("name") == "csrf_token" for field in form.iter("input")), f"no CSRF token: {form.get('action')}"

    def _look_at_ids(self) -> None:
        ids = [element.get("id") for element in self.document.iter() if isinstance(element.tag, str) and element.get("id")]
        doubles = {name for name in ids if ids.count(name) > 1}
        assert not doubles, f"ids that stand twice: {doubles}"
        labelled = {label.get("for") for label in self.find_all("label")}
        wrapped = {id(field) for label in self.find_all("label") for field in label.iter() if isinstance(field.tag, str)}
        for tag in ("input", "select", "textarea"):
            for field in self.find_all(tag):
                if field.get("type") in {"hidden", "submit"} or field.get("aria-label") or field.get("aria-labelledby"):
                    continue
                assert field.get("id") in labelled or id(field) in wrapped, f"no label for <{tag} name={field.get('name')}>"


def fields(form: Element) -> dict[str, str | list[str]]:
    """Give what a browser would send for a form."""
    sent: dict[str, str | list[str]] = {}

    def put(name: str, value: str) -> None:
        if name in sent:
            sent[name] = [*(sent[name] if isinstance(sent[name], list) else [sent[name]]), value]
        else:
            sent[name] = value

    for field in form.iter():
        name = field.get("name") if isinstance(field.tag, str) else None
        if not name or "disabled" in field.attrib:
            continue
        if field.tag == "input" and field.get("type") in {"checkbox", "radio"}:
            if "checked" in field.attrib:
                put(name, field.get("value", "on"))
        elif field.tag == "input" and field.get("type") not in {"submit", "file", "button"}:
            put(name, field.get("value", ""))
        elif field.tag == "textarea":
            put(name, "".join(field.itertext()).removeprefix("\n"))
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if "selected" in option.attrib] or options[:1]
            for option in chosen:
                put(name, option.get("value", "".join(option.itertext())))
    return sent


def _fits(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        if name == "class_":
            if value not in (element.get("class") or "").split():
                return False
        elif element.get(name.rstrip("_").replace("_", "-")) != value:
            return False
    return True


class PageClient:
    """Fetches pages as somebody: `as_operator(role)`, `as_person(role, at=)`, or signed out."""

    def __init__(self, app, cast):
        self.app = app
        self.cast = cast
        self.http: FlaskClient = app.test_client()

    def as_operator(self, role: str = "owner") -> "PageClient":
        """Sign in at the console."""
        return self._signed_in(self.cast.operators[role], "console", None)

    def as_person(self, role: str = "owner", *, at: str = "own") -> "PageClient":
        """Sign in to the portal as one of a customer's people."""
        contact = (self.cast.own_contacts if at == "own" else self.cast.neighbour_contacts)[role]
        return self._signed_in(contact, "portal", contact)

    def _signed_in(self, who, side: str, contact) -> "PageClient":
        client = PageClient(self.app, self.cast)
        with self.app.extensions["database"].writing() as session:
            user = session.get_one(User, contact.user_id if contact is not None else who.id)
            started = sessions.start(session, user, side=side, method="link", contact=contact)
        with self.app.app_context():
            client.http.set_cookie(signed_in.cookie_name(side), started.token, httponly=True, samesite="Lax")
        return client

    def get(self, path: str, *, status: int = 200, htmx: bool = False, **options) -> Page:
        """Fetch a page and hold it against the house rules."""
        return self._page(self.http.get(path, headers=_headers(htmx), **options), status, htmx)

    def post(self, path: str, data: dict | None = None, *, status: int = 303, htmx: bool = False, **options) -> Page:
        """Send a form; the CSRF token is added when the data has none."""
        data = dict(data or {})
        if "csrf_token" not in data:
            data["csrf_token"] = self.csrf_token()
        return self._page(self.http.post(path, data=data, headers=_headers(htmx), **options), status, htmx)

    def submit(self, page: Page, action: str, changes: dict | None = None, *, status: int = 303, **options) -> Page:
        """Send a form of a page as a browser would, with some fields changed."""
        path = next(form.get("action") for form in page.find_all("form") if action in (form.get("action") or ""))
        return self.post(path, page.form(action) | (changes or {}), status=status, **options)

    def follow(self, page: Page, **options) -> Page:
        """Go where an answer leads."""
        assert page.location, f"the answer {page.status} leads nowhere"
        return self.get(page.location, **options)

    def csrf_token(self) -> str:
        page = self.http.get("/sign-in")
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True)).group(1)

    def _page(self, response, status: int, htmx: bool) -> Page:
        page = Page(response, fragment=htmx)
        assert page.status == status, f"{response.request.method} {response.request.path}: {page.status}, not {status}\n{page.text[:3000]}"
        page.look()
        return page


def _headers(htmx: bool) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Request-Type": "partial"} if htmx else {}

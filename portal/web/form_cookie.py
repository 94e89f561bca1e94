"""The signed cookie that holds a browser's CSRF secret and the words it is told next."""

import time
from collections import OrderedDict

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

KEPT = 1024
SECONDS = 60
MOST_WORDS = 5
"""What a browser is told next, at most: one that acts and never opens a page would fill its cookie, which holds 4 kB."""


class KeptFormCookie(SecureCookieSessionInterface):
    """Flask's own signed cookie, whose signature is looked at once a minute: that costs as much as a query of the page.

    What is kept is what the very same cookie was found to hold; an altered one is another key.
    """

    def __init__(self):
        self._kept: OrderedDict[str, tuple[float, dict]] = OrderedDict()

    def open_session(self, app, request) -> SecureCookieSession | None:
        given = request.cookies.get(self.get_cookie_name(app))
        if not given:
            return self.session_class()
        known = self._kept.get(given)
        if known is not None and time.monotonic() < known[0]:
            return self.session_class(known[1])
        opened = super().open_session(app, request)
        if opened and "_flashes" not in opened:
            self._kept[given] = (time.monotonic() + SECONDS, dict(opened))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return opened

    def save_session(self, app, session, response) -> None:
        if session.modified and len(said := session.get("_flashes", [])) > MOST_WORDS:
            session["_flashes"] = said[-MOST_WORDS:]
        super().save_session(app, session, response)

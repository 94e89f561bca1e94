"""The HTML of a letter, shown in a frame of its page: nothing in it runs, loads, sends or leads anywhere."""

from uuid import UUID

from flask import Response, abort, make_response, request, url_for

from portal.domain.mail_log import Source
from portal.web.logos import image_sources

# The `sandbox` here holds whoever opens the address by itself, as the attribute of the frame does on the page.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
PARTS = {"html": "As it looked", "text": "Plain text", "source": "Source"}


def shown(source: Source, endpoint: str, message_id: UUID, *, with_source: bool = True) -> dict[str, object]:
    """Say which form of a letter the page is asked for, and the addresses of all."""
    there = [part for part in PARTS if (source.letter is not None and part != "source") or (part == "source" and with_source)]
    asked = request.args.get("part", "")
    part = asked if asked in there else next(iter(there), "")
    forms = [
        {"label": PARTS[one], "href": url_for(endpoint, message_id=message_id, part=one) + "#letter", "current": one == part}
        for one in there
    ]
    return {"part": part, "forms": forms}


def answer(source: Source) -> Response:
    """Give the HTML of a letter; 404 where its words cannot be made."""
    if source.letter is None:
        abort(404)
    # A link would open in a new window, which the sandbox refuses: so it leads nowhere, and the letter stays.
    response = make_response(source.letter.html.replace("<head>", '<head><base target="_blank">', 1))
    response.headers["Content-Security-Policy"] = f"{POLICY}; {image_sources()}"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response

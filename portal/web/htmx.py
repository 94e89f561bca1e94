"""The whole page, or one block of it: decided here and nowhere else."""

from urllib.parse import urlsplit

from flask import Response, render_template, request
from jinja2_fragments.flask import render_block

VARY = "HX-Request, HX-Request-Type, Cookie"


def wanted() -> bool:
    """Tell whether HTMX asks, whatever it asks for."""
    return request.headers.get("HX-Request") == "true"


def fragment_wanted() -> bool:
    """Tell whether HTMX asks for a part: not on a boosted link, nor when history is restored."""
    return wanted() and request.headers.get("HX-Request-Type", "partial") == "partial" and "HX-Boosted" not in request.headers


def current_path() -> str:
    """Give the path and query of the page that HTMX asks from, when it is one of ours."""
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    if here.netloc != request.host or not here.path.startswith("/"):
        return ""
    return here.path + (f"?{here.query}" if here.query else "")


def page_behind() -> str:
    """Give the page to come back to: the one that HTMX asks from, with what was typed where the part is of that very page."""
    asked = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else ""
    behind = current_path() if wanted() else ""
    return behind if behind and _path(behind) != _path(asked) else asked


def _path(address: str) -> str:
    return address.partition("?")[0].rstrip("/")


def page(template: str, block: str | None = None, *, status: int = 200, **context) -> Response:
    """Answer with a template, or with one of its blocks when HTMX asks for a part."""
    text = render_block(template, block, **context) if block and fragment_wanted() else render_template(template, **context)
    return Response(text, status, {"Vary": VARY})

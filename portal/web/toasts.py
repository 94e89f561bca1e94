"""What was done, said at the foot of the next page together with the way to undo it; without one, `flash` says it."""

from collections.abc import Iterable

from flask import flash

MOST = 12
"""Fields of an undo: they wait in the browser's cookie, which holds 4 kB."""


def toast(text: str, *, undo: str, fields: Iterable[tuple[str, str]] = (), label: str = "Undo") -> None:
    """Say what was done; the button posts to the path `undo`, with the fields. More than MOST fields leave the button out."""
    fields = [list(pair) for pair in fields]
    flash(text if len(fields) > MOST else {"text": text, "label": label, "url": undo, "fields": fields})

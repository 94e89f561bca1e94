"""Two people writing at once: what each of them wrote, side by side, and one form out of both.

A form remembers in a hidden field what its fields were when it was shown, as short digests. So it can tell which
of them its writer has touched; those that only the other one has touched are theirs unless one says otherwise.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, Form, FormField, HiddenField

Parts = tuple[tuple[str, tuple[str, ...]], ...]
YOURS, THEIRS = "yours", "theirs"


@dataclass(frozen=True)
class Difference:
    """One part of a form in two versions; `keep` is the one that is chosen unless somebody chooses: "yours" or "theirs"."""

    part: str
    label: str
    yours: str
    theirs: str
    keep: str

    @property
    def name(self) -> str:
        """The name of the two radio buttons."""
        return choice_name(self.part)


def choice_name(part: str) -> str:
    """Name the choice between yours and theirs for a part."""
    return f"keep-{part}"


def marks(form: Form, parts: Parts) -> str:
    """Write down what the parts of a form are, for the hidden field."""
    return json.dumps({part: _mark(form, names) for part, names in parts}, separators=(",", ":"))


def differences(mine: Form, theirs: Form, parts: Parts, touched: set[str], was: str) -> list[Difference]:
    """Compare the parts that hold one of the `touched` fields; `was` are the marks of when mine was shown."""
    before = _read(was)
    found = []
    for part, names in parts:
        if not touched & set(names) or _mark(mine, names) == _mark(theirs, names):
            continue
        keep = THEIRS if before.get(part) == _mark(mine, names) else YOURS
        label = next(mine[name].label.text for name in reversed(names) if name in mine)
        found.append(Difference(part, label, _words(mine, names), _words(theirs, names), keep))
    return found


def chosen(sent: MultiDict) -> bool:
    """Tell whether theirs was chosen for any part."""
    return any(name.startswith("keep-") and value == THEIRS for name, value in sent.items())


def adopt(sent: MultiDict, theirs: Form, parts: Parts) -> MultiDict:
    """Give what was sent, with theirs in the place of each part where theirs was chosen."""
    merged = MultiDict(sent)
    for part, names in parts:
        if merged.get(choice_name(part)) != THEIRS:
            continue
        for sent_name in list(merged):
            if any(sent_name == name or sent_name.startswith(f"{name}-") for name in names):
                merged.poplist(sent_name)
        for leaf in _leaves(theirs, names):
            if (text := _text(leaf)) or not isinstance(leaf, BooleanField):
                merged[leaf.name] = text
    return merged


def _leaves(form: Form, names: tuple[str, ...]) -> Iterator[Field]:
    for name in names:
        if name in form:
            yield from _inside(form[name])


def _inside(field: Field) -> Iterator[Field]:
    if isinstance(field, FormField):
        for inner in field.form:
            yield from _inside(inner)
    elif isinstance(field, FieldList):
        for entry in field.entries:
            yield from _inside(entry)
    else:
        yield field


def _text(leaf: Field) -> str:
    """Give what a browser sends for a field."""
    if isinstance(leaf, BooleanField):
        return "y" if leaf.data else ""
    return (leaf._value() or "").replace("\r\n", "\n").strip()


def _mark(form: Form, names: tuple[str, ...]) -> str:
    texts = [(leaf.name, text) for leaf in _leaves(form, names) if (text := _text(leaf))]
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:8]


def _read(was: str) -> dict:
    try:
        before = json.loads(was or "{}")
    except ValueError:
        return {}
    return before if isinstance(before, dict) else {}


def _words(form: Form, names: tuple[str, ...]) -> str:
    """Write a part for people to compare."""
    leaves = list(_leaves(form, names))
    if len(leaves) == 1 and isinstance(leaves[0], BooleanField):
        return "Yes" if leaves[0].data else "No"
    said = []
    for leaf in leaves:
        if isinstance(leaf, HiddenField):
            continue
        if isinstance(leaf, BooleanField):
            said += [leaf.label.text] if leaf.data else []
        elif _text(leaf):
            said.append(getattr(leaf, "words", "") or _text(leaf))
    return ", ".join(said)

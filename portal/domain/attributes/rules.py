"""Values held against definitions."""

from collections.abc import Mapping, Sequence

from portal.domain.attributes.columns import Column
from portal.domain.attributes.refusals import AttributesWrong
from portal.model import CustomAttribute
from portal.values.attributes import check_attribute
from portal.values.errors import BadValue

Definitions = Sequence[CustomAttribute] | Sequence[Column]


def settle(definitions: Definitions, given: Mapping[str, object], kept: Mapping[str, object] | None = None) -> dict[str, object]:
    """Give a customer's attributes once `given` {key: value} are set over those that are `kept`; None takes a value away.

    `definitions` are those of its business entity; kept values of others stay. Without `kept` the customer is new: what is
    not given takes its default.

    :raises AttributesWrong: when a value does not fit, a key is not known, or a required one is missing.
    """
    before = defaults(definitions) if kept is None else dict(kept)
    if wrong := check(definitions, given, before):
        raise AttributesWrong(wrong, {one.key: one.label for one in definitions})
    read = {one.key: _read(one, given[one.key], before) for one in definitions if one.key in given}
    return {key: value for key, value in (before | read).items() if value is not None}


def check(definitions: Definitions, given: Mapping[str, object], kept: Mapping[str, object]) -> dict[str, str]:
    """Say what is wrong with values {key: value} that are to be set over those kept: {key: sentence}, in the order of the form.

    A value that is kept already is not asked again: it may be of a choice that is offered no more.
    """
    wrong: dict[str, str] = {}
    for one in definitions:
        try:
            value = _read(one, given[one.key], kept) if one.key in given else kept.get(one.key)
        except BadValue as bad:
            wrong[one.key] = str(bad)
        else:
            if value is None and one.required:
                wrong[one.key] = "A value is needed here, and there is none."
    known = {one.key for one in definitions}
    return wrong | {key: f"There is no attribute “{key}” for this customer." for key in given if key not in known}


def defaults(definitions: Definitions) -> dict[str, object]:
    """Give what a new customer's attributes are when nobody says otherwise."""
    return {one.key: one.default for one in definitions if one.default is not None}


def _read(one: CustomAttribute | Column, value: object, kept: Mapping[str, object]) -> object:
    if value is not None and value == kept.get(one.key) and type(value) is type(kept.get(one.key)):
        return value
    return check_attribute(one.kind, value, choices=one.choices)

"""What a parser did with a value: the property tests look at both ways out."""

from portal.values.errors import BadValue


def outcome(parse, *args):
    """Answer (value, None) or (None, the BadValue); any other exception goes through."""
    try:
        return parse(*args), None
    except BadValue as refusal:
        return None, refusal

"""Phone numbers held against the numbering plans of their countries (phonenumbers)."""

import re
from functools import lru_cache
from typing import NoReturn

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, PhoneNumberType, ValidationResult

from portal.values.countries import in_a_sentence
from portal.values.errors import BadValue
from portal.values.text import quoted

_MAX_LENGTH = 60
_PUNCTUATION = str.maketrans("", "", " -().\u00a0")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}\Z").match


def parse_phone(text: str, country: str | None) -> str:
    """Read a phone number as `phones.parse_phone` says."""
    return _parse_international(text) if text.startswith("+") else _parse(text, country)


@lru_cache(maxsize=16384)
def format_phone(e164: str) -> str:
    """Write an E.164 number as `phones.format_phone` says."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(e164, None), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return e164


@lru_cache(maxsize=8192)
def _parse_international(text: str) -> str:
    digits = text.translate(_PUNCTUATION)
    if _INTERNATIONAL(digits) and _is_assigned(digits[1:]):
        return digits
    return _parse(text, None)


def _is_assigned(digits: str) -> bool:
    """Tell quickly whether digits with calling code fit a pattern of the numbering plan as they stand."""
    for length in (1, 2, 3):
        patterns = _patterns(int(digits[:length]))
        if patterns:
            national = digits[length:]
            return any(pattern(national) for pattern in patterns)
    return False


@lru_cache(maxsize=512)
def _patterns(calling_code: int) -> tuple:
    """Compile the patterns of the numbers in use under a calling code, most common kinds first."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(calling_code, ())
    if "001" in regions:
        return ()
    found = []
    for region in regions:
        plan = PhoneMetadata.metadata_for_region(region, None)
        kinds = (plan.mobile, plan.fixed_line, plan.toll_free, plan.voip, plan.shared_cost, plan.premium_rate)
        found += [kind.national_number_pattern for kind in kinds if kind is not None and kind.national_number_pattern]
    return tuple(re.compile(f"(?:{pattern})\\Z").match for pattern in dict.fromkeys(found))


@lru_cache(maxsize=8192)
def _parse(text: str, country: str | None) -> str:
    if not text.strip():
        raise BadValue("The phone number is missing.")
    if len(text) > _MAX_LENGTH:
        raise BadValue("The phone number is too long: a number has at most 15 digits.")
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException as error:
        _refuse_unreadable(error.error_type, text, country)
    if number.extension:
        raise BadValue(f"Leave out the extension, {number.extension[:10]}: a phone number is kept without it.")
    if not phonenumbers.is_valid_number(number):
        _refuse(number, text, country)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _refuse_unreadable(kind: int, text: str, country: str | None) -> NoReturn:
    begins_with_plus = text.strip()[:1] in ("+", "＋")
    if kind == NumberParseException.INVALID_COUNTRY_CODE and not begins_with_plus:
        raise BadValue("Begin the number with + and the calling code of its country, as in +49 30 123456.")
    if kind == NumberParseException.INVALID_COUNTRY_CODE:
        raise BadValue(f"No country has the calling code that {quoted(text)} begins with.")
    if kind == NumberParseException.TOO_LONG:
        raise BadValue(f"{quoted(text)} is too long for a phone number.")
    if kind in (NumberParseException.TOO_SHORT_NSN, NumberParseException.TOO_SHORT_AFTER_IDD):
        raise BadValue(f"{quoted(text)} is too short for a phone number{_such_as(country)}.")
    raise BadValue(f"{quoted(text)} is not a phone number{_such_as(country)}.")


def _refuse(number: phonenumbers.PhoneNumber, text: str, country: str | None) -> NoReturn:
    region = phonenumbers.region_code_for_country_code(number.country_code)
    if country in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(number.country_code, ()):
        region = country
    place = "" if region in ("001", "ZZ") else f" in {in_a_sentence(region)}"
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.TOO_SHORT or sum(c.isalnum() for c in text) < 4:
        raise BadValue(f"{quoted(text)} is too short for a phone number{place}{_such_as(region)}.")
    if reason == ValidationResult.TOO_LONG:
        raise BadValue(f"{quoted(text)} is too long for a phone number{place}{_such_as(region)}.")
    raise BadValue(f"There is no number {quoted(text)}{place}{_such_as(region)}.")


def _such_as(region: str | None) -> str:
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.FIXED_LINE) if region else None
    if not example:
        return ""
    return ": one looks like " + phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)

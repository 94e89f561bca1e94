"""Tax IDs read from what was typed, with the reason when they are refused."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NoReturn

from portal.values.errors import BadValue
from portal.values.tax_ids.kinds import KINDS, parse_kind
from portal.values.tax_ids.rules import (
    ALPHANUMERIC,
    RULES,
    InvalidChecksum,
    InvalidComponent,
    InvalidLength,
    ValidationError,
)
from portal.values.text import clean_line, quoted

MAX_LENGTH = 64
_SEPARATORS = str.maketrans("", "", " -./\u00a0\u202f\u2010\u2011\u2012\u2013\u2014:")
_RFC_LETTERS = re.compile("[A-Z0-9&Ñ]+\\Z").match
_SSN = re.compile(r"\s*[0-9]{3}-[0-9]{2}-[0-9]{4}\s*\Z").match
_EU_NUMBERS = """
    ATU13585627 BE0428759497 BG175074752 CY10259033P CZ25123891 DE136695976 DK13585628 EE100931558
    EL094259216 ESB58378431 FI20774740 FR40303265045 HR33392005961 HU12892312 IE6433435F
    IT00743110157 LT119511515 LU15027442 LV40003521600 MT11679112 NL004495445B01 PL8567346215
    PT501964843 RO18547290 SE123456789701 SI50223054 SK2022749619 XI980780684
"""
_EU_EXAMPLES = {number[:2]: number for number in _EU_NUMBERS.split()}
_LABELS = {"eu_vat": "VAT number", "in_gstin": "GSTIN", "us_ein": "EIN", "au_abn": "ABN", "sg_uen": "UEN", "sg_gst": "GST number"}
_VARYING = "sg_uen sg_gst nz_ird mx_rfc ca_bn ch_vat gb_vat BG CZ ES GB IE LT NL RO XI EU IM"
_SEVERAL_LENGTHS = frozenset(_VARYING.split())
# Where the check digits stand, in the number for storage, when not at its end.
_CHECK_AT = {
    "fr_tva": ((2, 3),), "au_abn": ((0, 1),), "jp_cn": ((0,),), "ca_bn": ((8,),), "ca_gst": ((8,),), "no_mva": ((10,),),
    "ch_vat": ((11,),), "gb_vat": ((10,), (9, 10)), "br_cnpj": ((13,), (12, 13)), "br_cpf": ((10,), (9, 10)), "in_gstin": ((14,),),
}  # fmt: skip
_EU_CHECK_AT = {"FR": ((2, 3),), "BE": ((10, 11),), "SE": ((11,),), "NL": ((10,), (12, 13)), "XI": ((10,), (9, 10)), "IE": ((9,), (8,))}


@lru_cache(maxsize=8192)
def parse_tax_id(kind: str, text: str) -> str:
    """Read a tax ID as `tax_ids.parse_tax_id` says."""
    code = kind if kind in KINDS else parse_kind(kind)
    if code == "other":
        return _free(text)
    number = text.upper().translate(_SEPARATORS)
    if code == "us_ein" and _SSN(text):
        raise BadValue("This is written like a social security number, which is not kept here. An EIN is written 04-2103594.")
    if len(number) <= MAX_LENGTH and ((number.isascii() and number.isalnum()) or (code == "mx_rfc" and _RFC_LETTERS(number))):
        try:
            return RULES[code](number)
        except ValidationError as refusal:
            _refuse(code, number, refusal)
    if not number.strip():
        raise BadValue("The tax ID is missing.")
    if len(number) > MAX_LENGTH:
        raise BadValue(f"A tax ID has at most {MAX_LENGTH} characters.")
    raise BadValue(f"{quoted(text)} has characters that {_a(code)} does not have. It is written like {KINDS[code].example}.")


def _free(text: str) -> str:
    value = clean_line(text)
    if not value:
        raise BadValue("The tax ID is missing.")
    if len(value) > MAX_LENGTH:
        raise BadValue(f"A tax ID has at most {MAX_LENGTH} characters.")
    return value


def _refuse(code: str, number: str, refusal: ValidationError) -> NoReturn:
    """Turn a refusal of the rule into a sentence."""
    if code == "eu_vat":
        _refuse_prefix(number)
    example = _example(code, number)
    if isinstance(refusal, InvalidLength):
        _refuse_length(code, number, example)
    if isinstance(refusal, InvalidChecksum):
        _refuse_check_digit(code, number)
    if isinstance(refusal, InvalidComponent):
        _refuse_component(code, number, example)
    raise BadValue(f"{quoted(number)} does not have the form of {_a(code)}, as in {example}.")


def _refuse_prefix(number: str) -> None:
    prefix = "EL" if number[:2] == "GR" else number[:2]
    if prefix in _EU_EXAMPLES or prefix in ("EU", "IM"):
        return
    if prefix == "GB":
        raise BadValue("A number that begins with GB is a UK VAT number: choose that kind. Those of Northern Ireland begin with XI.")
    if prefix.isalpha():
        raise BadValue(f"{prefix} is not how the VAT number of a member state begins. One of Germany is {_EU_EXAMPLES['DE']}.")
    raise BadValue(f"An EU VAT number begins with the two letters of its country, as in {_EU_EXAMPLES['DE']}.")


def _refuse_length(code: str, number: str, example: str) -> NoReturn:
    wanted = len(example.translate(_SEPARATORS))
    number = _stored_form(code, number)
    if len(number) == wanted or code in _SEVERAL_LENGTHS or (code == "eu_vat" and number[:2] in _SEVERAL_LENGTHS):
        raise BadValue(f"{quoted(number)} does not have the length of {_a(code)}, as in {example}.")
    which = "short" if len(number) < wanted else "long"
    raise BadValue(f"{quoted(number)} is too {which} for {_a(code)}: {wanted} characters, as in {example}; this has {len(number)}.")


def _refuse_component(code: str, number: str, example: str) -> NoReturn:
    if code == "us_ein":
        raise BadValue(f"No EIN begins with {number[:2]}. It is written like {example}.")
    if code == "gb_vat" and number.startswith("XI"):
        raise BadValue("A number that begins with XI is one of Northern Ireland: choose EU VAT.")
    if code == "in_gstin" and (number[:2] == "00" or number[:2] > "38"):
        raise BadValue(f"A GSTIN begins with the number of a state, 01 to 38 or 97: {number[:2]} is none of them.")
    if code.startswith("sg_") and number[:4].isdigit():
        raise BadValue(f"A UEN begins with the year of registration: {number[:4]} is still to come.")
    raise BadValue(f"{quoted(number)} has a part that no {_label(code)} has. One is written like {example}.")


def _refuse_check_digit(code: str, number: str) -> NoReturn:
    fits = _fitting(code, number)
    if fits is None:
        raise BadValue(f"The check digit of {quoted(number)} does not fit. Is a digit mistyped, or are two of them swapped?")
    last = [a == b for a, b in zip(fits, _stored_form(code, number), strict=False)]
    where = "Is a digit mistyped?"
    if last and all(last[:-1]):
        where = (
            f"Is the last {'digit' if fits[-1].isdigit() else 'letter'} mistyped?" if number[-1].isdigit() == fits[-1].isdigit() else where
        )
    elif last and all(last[:-2]):
        where = "Are the last two digits mistyped?"
    raise BadValue(f"The check digit does not fit: {fits} would. {where}", fits)


def _fitting(code: str, number: str) -> str | None:
    """Find the number that differs only in its check digits and passes."""
    stored = _stored_form(code, number)
    places = _EU_CHECK_AT.get(stored[:2]) if code == "eu_vat" else _CHECK_AT.get(code)
    end = len(stored) - 1
    for at in (*(places or ()), (end,), (end - 1, end)):
        for candidate in _variants(stored, at):
            try:
                return RULES[code](candidate)
            except ValidationError:
                continue
    return None


def _variants(number: str, at: tuple[int, ...]) -> Iterator[str]:
    """List the number with every other character of the same sort at the places; letters too where there is one place."""
    if max(at) >= len(number) or min(at) < 0:
        return
    alphabet = ALPHANUMERIC if len(at) == 1 else ALPHANUMERIC[:10]
    for chosen in product(alphabet, repeat=len(at)):
        letters = list(number)
        for place, letter in zip(at, chosen, strict=True):
            letters[place] = letter
        yield "".join(letters)


def _stored_form(code: str, number: str) -> str:
    """Add the letters that the number is kept with, so that places can be counted."""
    if code == "eu_vat" and number.startswith("GR"):
        return "EL" + number[2:]
    prefix = {"fr_tva": "FR", "gb_vat": "GB", "ch_vat": "CHE", "no_mva": "NO"}.get(code, "")
    full = number if number.startswith(prefix) else prefix + number
    if code == "no_mva" and not full.endswith("MVA"):
        full += "MVA"
    return full.removeprefix("T") if code == "jp_cn" else full


def _example(code: str, number: str) -> str:
    if code == "eu_vat":
        return _EU_EXAMPLES.get("EL" if number[:2] == "GR" else number[:2], KINDS[code].example)
    return KINDS[code].example


def _label(code: str) -> str:
    return _LABELS.get(code, f"{KINDS[code].label} number")


def _a(code: str) -> str:
    label = _label(code)
    return f"an {label}" if label in ("EIN", "ABN") else f"a {label}"

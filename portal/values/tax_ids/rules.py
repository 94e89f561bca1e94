"""The rule of each kind: characters in, the number for storage out, or one of stdnum's refusals."""

import re
from importlib import import_module

from stdnum import luhn
from stdnum.au import abn
from stdnum.br import cnpj, cpf
from stdnum.ca import bn
from stdnum.ch import uid
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, ValidationError
from stdnum.gb import vat as gb
from stdnum.in_ import gstin, pan
from stdnum.jp import cn
from stdnum.mx import rfc
from stdnum.no import orgnr
from stdnum.nz import ird
from stdnum.sg import uen
from stdnum.us import ein
from stdnum.util import get_cc_module

from portal.values.tax_ids.kinds import EU_STATES

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EU = {("EL" if state == "GR" else state): get_cc_module("gb" if state == "XI" else state.lower(), "vat") for state in sorted(EU_STATES)}
_EU["EU"] = _EU["IM"] = import_module("stdnum.eu.oss")
_EIN_PREFIXES = {prefix for prefix in (f"{n:02d}" for n in range(100)) if ein.is_valid(prefix + "0000001")}
_GST_M = re.compile(r"M[A-Z0-9][0-9]{7}[A-Z0-9]\Z").match
_GSTIN = re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]\Z").match
_CH_VAT = re.compile(r"CHE[0-9]{9}(MWST|TVA|IVA|TPV)?\Z").match


def eu_vat(number: str) -> str:
    """Check a number with its two letters; Greece's are EL."""
    prefix = "EL" if number[:2] == "GR" else number[:2]
    module = _EU.get(prefix)
    if module is None:
        raise InvalidComponent
    if prefix in ("EU", "IM"):
        return module.validate(number)
    # The rule of some states takes only the bare number, that of others takes both.
    bare = module.validate(number[2:])
    return bare if bare.startswith(prefix) and len(bare) == len(number) else prefix + bare


def fr_tva(number: str) -> str:
    """Check with or without the letters FR; both are kept with them."""
    return eu_vat(number if number.startswith("FR") and len(number) > 11 else "FR" + number)


def in_gstin(number: str) -> str:
    """Check as stdnum does, and the state codes it does not have: Ladakh (38), other territory (97)."""
    if number[:2] not in ("38", "97"):
        return gstin.validate(number)
    if len(number) != 15:
        raise InvalidLength
    if not _GSTIN(number):
        raise InvalidFormat
    pan.validate(number[2:12])
    luhn.validate(number, ALPHANUMERIC)
    return number


def us_ein(number: str) -> str:
    """Check length and prefix; an EIN has no check digit."""
    if len(number) != 9:
        raise InvalidLength
    if not number.isdigit():
        raise InvalidFormat
    if number[:2] not in _EIN_PREFIXES:
        raise InvalidComponent
    return number


def sg_uen(number: str) -> str:
    """Check a UEN, or a GST registration that begins with M, for which no check digit is published."""
    return number if _GST_M(number) else uen.validate(number)


def gb_vat(number: str) -> str:
    """Check with or without the letters GB; kept with them."""
    if number.startswith("XI"):
        raise InvalidComponent
    return "GB" + gb.validate(number.removeprefix("GB"))


def ch_vat(number: str) -> str:
    """Check the UID; the suffix of one of the languages stays, and may be missing."""
    number = number if number.startswith("CHE") else "CHE" + number
    found = _CH_VAT(number)
    if found is None:
        raise InvalidLength if re.match(r"CHE[0-9]*\Z", number) else InvalidFormat
    return uid.validate(number[:12]) + (found[1] or "")


def no_mva(number: str) -> str:
    """Check the organisation number; kept with NO before and MVA after."""
    return f"NO{orgnr.validate(number.removeprefix('NO').removesuffix('MVA'))}MVA"


def ca_gst(number: str) -> str:
    """Check a business number with an RT account."""
    if len(number) != 15:
        raise InvalidLength
    if number[9:11] != "RT":
        raise InvalidFormat
    return bn.validate(number)


def jp_cn(number: str) -> str:
    """Check with or without the T of an invoice registration; kept without."""
    return cn.validate(number.removeprefix("T"))


RULES = {
    "eu_vat": eu_vat,
    "in_gstin": in_gstin,
    "us_ein": us_ein,
    "au_abn": abn.validate,
    "sg_uen": sg_uen,
    "sg_gst": sg_uen,
    "fr_tva": fr_tva,
    "gb_vat": gb_vat,
    "ch_vat": ch_vat,
    "no_mva": no_mva,
    "ca_gst": ca_gst,
    "ca_bn": bn.validate,
    "jp_cn": jp_cn,
    "br_cnpj": cnpj.validate,
    "br_cpf": cpf.validate,
    "nz_ird": ird.validate,
    "mx_rfc": rfc.validate,
}

__all__ = ["ALPHANUMERIC", "RULES", "InvalidChecksum", "InvalidComponent", "InvalidFormat", "InvalidLength", "ValidationError"]

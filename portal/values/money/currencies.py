"""Active currencies of ISO 4217 and the decimals of each. Units without decimals of their own (gold, SDR, tests) are no wallet's."""

from functools import lru_cache

from portal.values.errors import BadValue
from portal.values.locales import babel_locale
from portal.values.text import quoted

_BY_EXPONENT = {
    0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """,
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
        CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
        HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
        MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
        RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
        USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: """
        BHD IQD JOD KWD LYD OMR TND
    """,
    4: """
        CLF UYW
    """,
}

EXPONENTS: dict[str, int] = dict(sorted((code, decimals) for decimals, codes in _BY_EXPONENT.items() for code in codes.split()))

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "KR": "SEK"}
_BEFORE_THE_EURO = "ATS BEF BGN CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK"
_SUCCESSORS = {
    **dict.fromkeys(_BEFORE_THE_EURO.split(), "EUR"),
    "ANG": "XCG", "BYR": "BYN", "CUC": "CUP", "MRO": "MRU", "RMB": "CNY", "SLL": "SLE", "STD": "STN", "TRL": "TRY", "VEF": "VES",
    "ZMK": "ZMW", "ZWL": "ZWG",
}  # fmt: skip


@lru_cache(maxsize=1024)
def parse_currency(text: str) -> str:
    """Read an ISO 4217 code in any case; BadValue when it is not that of an active currency."""
    code = text.strip().upper()
    if code in EXPONENTS:
        return code
    if not code:
        raise BadValue("The currency is missing: three letters, such as EUR.")
    if code in _SYMBOLS:
        likely = _SYMBOLS[code]
        raise BadValue(f"A currency is named by its three letters: {likely}, where {code} stands for it.", likely)
    if code in _SUCCESSORS:
        new = _SUCCESSORS[code]
        raise BadValue(f"{code} is no longer in use: {new} took its place.", new)
    raise BadValue(f"{quoted(text)} is not a currency in use. Write its three letters, such as EUR.")


def exponent(code: str) -> int:
    """Say how many decimals a currency has (JPY 0, EUR 2, KWD 3); BadValue for a code not in use."""
    try:
        return EXPONENTS[code]
    except KeyError:
        return EXPONENTS[parse_currency(code)]


@lru_cache(maxsize=4096)
def currency_name(code: str, locale: str = "en") -> str:
    """Name a currency in the words of a locale; the code itself where the locale has no word for it."""
    return babel_locale(locale).currencies.get(code, code)

"""The kinds of tax ID, and the names that billing systems give them."""

import re
from functools import lru_cache
from typing import NamedTuple

from portal.values.errors import BadValue
from portal.values.text import fold, quoted


class TaxIdKind(NamedTuple):
    """One kind: our code, its name for reading, its country (alpha-2; None for several), a number that passes."""

    code: str
    label: str
    country: str | None
    example: str


KINDS: dict[str, TaxIdKind] = {
    kind.code: kind
    for kind in (
        TaxIdKind("eu_vat", "EU VAT", None, "DE136695976"),
        TaxIdKind("in_gstin", "India GSTIN", "IN", "27AAPFU0939F1ZV"),
        TaxIdKind("us_ein", "US EIN", "US", "04-2103594"),
        TaxIdKind("au_abn", "Australia ABN", "AU", "83 914 571 673"),
        TaxIdKind("sg_uen", "Singapore UEN", "SG", "197401143C"),
        TaxIdKind("sg_gst", "Singapore GST", "SG", "M2-1234567-8"),
        TaxIdKind("fr_tva", "France TVA", "FR", "FR 40 303265045"),
        TaxIdKind("gb_vat", "UK VAT", "GB", "GB 980 7806 84"),
        TaxIdKind("ch_vat", "Switzerland VAT", "CH", "CHE-107.787.577 IVA"),
        TaxIdKind("no_mva", "Norway MVA", "NO", "NO 995 525 828 MVA"),
        TaxIdKind("ca_gst", "Canada GST/HST", "CA", "12302 6635 RT 0001"),
        TaxIdKind("ca_bn", "Canada BN", "CA", "12302 6635"),
        TaxIdKind("jp_cn", "Japan corporate number", "JP", "5-8356-7825-6246"),
        TaxIdKind("br_cnpj", "Brazil CNPJ", "BR", "16.727.230/0001-97"),
        TaxIdKind("br_cpf", "Brazil CPF", "BR", "390.533.447-05"),
        TaxIdKind("nz_ird", "New Zealand IRD", "NZ", "49-091-850"),
        TaxIdKind("mx_rfc", "Mexico RFC", "MX", "GODE 561231 GR8"),
        TaxIdKind("other", "Other", None, "123-456-789"),
    )
}

_SYNONYMS = {
    "eu_vat": "vat vat_id vat_number vatin eu_vat_id eu_vat_number eu_oss_vat eur_vat ust_id ustid ust_idnr btw iva_ue nif_iva nip moms "
    "deu_vat esp_vat ita_vat nld_vat pol_vat swe_vat bel_vat aut_vat irl_vat prt_vat fin_vat dnk_vat cze_vat grc_vat",
    "in_gstin": "gstin in_gst ind_gst ind_gstin ind_vat india_gst gst_in",
    "us_ein": "ein usa_vat usa_ein usa_tax us_vat us_tax_id us_tin fein",
    "au_abn": "abn aus_gst aus_abn aus_vat au_gst australia_gst",
    "sg_uen": "uen sgp_uen",
    "sg_gst": "sgp_vat sgp_gst singapore_vat sg_vat",
    "fr_tva": "tva fra_vat fra_tva fr_vat france_vat",
    "gb_vat": "gbr_vat uk_vat gb_vat_number united_kingdom_vat",
    "ch_vat": "che_vat ch_uid uid che_uid swiss_vat mwst",
    "no_mva": "no_vat nor_vat nor_mva mva norway_vat",
    "ca_gst": "ca_gst_hst can_gst can_gst_hst canada_gst ca_hst gst_hst hst ca_vat can_vat",
    "ca_bn": "can_bn bn business_number",
    "jp_cn": "jpn_cn jp_trn jpn_vat jp_vat corporate_number",
    "br_cnpj": "cnpj bra_cnpj bra_vat",
    "br_cpf": "cpf bra_cpf",
    "nz_ird": "ird nz_gst nzl_gst nzl_ird nzl_vat",
    "mx_rfc": "rfc mex_rfc mex_vat",
    "other": "unknown misc none_of_these",
}
_AMBIGUOUS = {"gst": "in_gstin, au_abn, sg_gst, ca_gst or nz_ird", "tax_id": "one of its kinds, such as eu_vat or us_ein"}
_EU_LETTERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"
EU_STATES = frozenset(_EU_LETTERS.split())
_ALSO = {"FR": ("fr_tva", "eu_vat"), "MC": ("fr_tva",), "LI": ("ch_vat",), "GB": ("gb_vat", "eu_vat"), "IM": ("gb_vat",)}


@lru_cache(maxsize=1024)
def parse_kind(text: str) -> str:
    """Read a kind from our code, its label, or the name another billing system has for it; BadValue when unknown."""
    word = re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")
    known = _by_word()
    if word in known:
        return known[word]
    if not word:
        raise BadValue("The kind of the tax ID is missing, such as eu_vat or us_ein.")
    if word in _AMBIGUOUS:
        raise BadValue(f"{quoted(text)} can be more than one kind of tax ID: write {_AMBIGUOUS[word]}.")
    raise BadValue(f"{quoted(text)} is not a kind of tax ID we know. Write its code, such as eu_vat, us_ein or other.")


@lru_cache(maxsize=512)
def kinds_for(country: str | None) -> list[str]:
    """List all kinds for a choice at a customer in a country (alpha-2): the fitting ones, then other, then the rest."""
    fitting = list(_ALSO.get(country or "", ()))
    if not fitting:
        fitting = [kind.code for kind in KINDS.values() if country and kind.country == country]
        if country in EU_STATES:
            fitting.append("eu_vat")
    return fitting + ["other"] + [code for code in KINDS if code not in fitting and code != "other"]


@lru_cache(maxsize=1)
def _by_word() -> dict[str, str]:
    words = {word: code for code, names in _SYNONYMS.items() for word in names.split()}
    words |= {re.sub(r"[^a-z0-9]+", "_", fold(kind.label)): code for code, kind in KINDS.items()}
    return words | {code: code for code in KINDS}

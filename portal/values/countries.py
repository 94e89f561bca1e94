"""Countries of ISO 3166-1: read from a code or an English name, written in the words of a locale."""

from difflib import get_close_matches
from functools import lru_cache

from portal.values.errors import BadValue
from portal.values.locales import babel_locale
from portal.values.text import fold, quoted

# Alpha-2 with alpha-3. Kosovo has none in the standard and is widely written so.
_CODES = """
    AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AQ:ATA AR:ARG AS:ASM AT:AUT AU:AUS AW:ABW AX:ALA AZ:AZE
    BA:BIH BB:BRB BD:BGD BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BL:BLM BM:BMU BN:BRN BO:BOL BQ:BES BR:BRA BS:BHS
    BT:BTN BV:BVT BW:BWA BY:BLR BZ:BLZ CA:CAN CC:CCK CD:COD CF:CAF CG:COG CH:CHE CI:CIV CK:COK CL:CHL CM:CMR CN:CHN
    CO:COL CR:CRI CU:CUB CV:CPV CW:CUW CX:CXR CY:CYP CZ:CZE DE:DEU DJ:DJI DK:DNK DM:DMA DO:DOM DZ:DZA EC:ECU EE:EST
    EG:EGY EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN FJ:FJI FK:FLK FM:FSM FO:FRO FR:FRA GA:GAB GB:GBR GD:GRD GE:GEO GF:GUF
    GG:GGY GH:GHA GI:GIB GL:GRL GM:GMB GN:GIN GP:GLP GQ:GNQ GR:GRC GS:SGS GT:GTM GU:GUM GW:GNB GY:GUY HK:HKG HM:HMD
    HN:HND HR:HRV HT:HTI HU:HUN ID:IDN IE:IRL IL:ISR IM:IMN IN:IND IO:IOT IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM
    JO:JOR JP:JPN KE:KEN KG:KGZ KH:KHM KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO LB:LBN LC:LCA
    LI:LIE LK:LKA LR:LBR LS:LSO LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE MF:MAF MG:MDG MH:MHL MK:MKD
    ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR MT:MLT MU:MUS MV:MDV MW:MWI MX:MEX MY:MYS MZ:MOZ NA:NAM
    NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL NR:NRU NU:NIU NZ:NZL OM:OMN PA:PAN PE:PER PF:PYF PG:PNG
    PH:PHL PK:PAK PL:POL PM:SPM PN:PCN PR:PRI PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB RU:RUS RW:RWA
    SA:SAU SB:SLB SC:SYC SD:SDN SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR SS:SSD
    ST:STP SV:SLV SX:SXM SY:SYR SZ:SWZ TC:TCA TD:TCD TF:ATF TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS TM:TKM TN:TUN TO:TON
    TR:TUR TT:TTO TV:TUV TW:TWN TZ:TZA UA:UKR UG:UGA UM:UMI US:USA UY:URY UZ:UZB VA:VAT VC:VCT VE:VEN VG:VGB VI:VIR
    VN:VNM VU:VUT WF:WLF WS:WSM XK:XKX YE:YEM YT:MYT ZA:ZAF ZM:ZMB ZW:ZWE
"""
ALPHA_3: dict[str, str] = dict(pair.split(":") for pair in _CODES.split())

_ALIASES = {
    "AE": "uae, emirates", "BA": "bosnia", "BO": "plurinational state of bolivia", "BN": "brunei darussalam",
    "BQ": "bonaire, bonaire sint eustatius and saba", "CD": "dr congo, drc, congo kinshasa, "
    "democratic republic of the congo",
    "CG": "congo, republic of the congo, congo brazzaville", "CI": "ivory coast, cote d ivoire",
    "CN": "prc, peoples republic of china, mainland china",
    "CV": "cape verde", "CZ": "czech republic", "DE": "federal republic of germany, deutschland", "DO": "dominican rep", "ES": "espana",
    "FK": "falkland islands malvinas", "FM": "federated states of micronesia", "GB": "uk, u.k., great britain, britain, england, scotland, "
    "wales, northern ireland, united kingdom of great britain and northern ireland", "GR": "hellas, el", "HK": "hong kong", "IN": "bharat",
    "IR": "islamic republic of iran", "KP": "north korea, dprk, democratic peoples republic of korea", "KR": "south korea, korea, "
    "republic of korea", "LA": "lao peoples democratic republic", "MD": "republic of moldova",
    "MK": "macedonia, republic of north macedonia",
    "MM": "burma, myanmar", "MO": "macau, macao", "NL": "holland, the netherlands", "PS": "palestine, state of palestine",
    "RU": "russian federation", "ST": "sao tome and principe", "SY": "syrian arab republic", "SZ": "swaziland", "TL": "east timor",
    "TR": "turkey", "TW": "taiwan province of china, chinese taipei", "TZ": "united republic of tanzania", "US": "usa, u.s.a., u.s., "
    "united states of america, america, the united states", "VA": "vatican, holy see",
    "VE": "bolivarian republic of venezuela", "VN": "viet nam",
    "VG": "virgin islands british", "VI": "virgin islands us", "IE": "eire, republic of ireland", "BS": "the bahamas", "GM": "the gambia",
    "CH": "swiss confederation", "AT": "oesterreich", "BR": "brasil",
}  # fmt: skip


@lru_cache(maxsize=4096)
def parse_country(text: str) -> str:
    """Read a country from its alpha-2 or alpha-3 code or an English name; answer alpha-2, BadValue when unknown."""
    known = _by_word()
    plain = _word(text)
    if plain in known:
        return known[plain]
    if not plain:
        raise BadValue("The country is missing: write its name or its code, such as Germany or DE.")
    near = get_close_matches(plain, [word for word in known if len(word) > 3], 1, 0.8) if 3 < len(plain) <= 60 else []
    if near:
        name = country_name(known[near[0]])
        raise BadValue(f"{quoted(text)} is not a country we know. Is {name} meant?", name)
    raise BadValue(f"{quoted(text)} is not a country we know. Write its English name or its code, such as Germany or DE.")


@lru_cache(maxsize=4096)
def country_name(alpha2: str, locale: str = "en") -> str:
    """Name a country in the words of a locale; the code itself where the locale has no word for it."""
    return babel_locale(locale).territories.get(alpha2, alpha2)


def in_a_sentence(alpha2: str) -> str:
    """Name a country in English as it stands after "in": with its article where it has one."""
    name = country_name(alpha2)
    return f"the {name}" if name.startswith("United ") or name.endswith(" Islands") or alpha2 in _WITH_ARTICLE else name


_WITH_ARTICLE = frozenset({"BS", "CD", "CF", "CG", "DO", "GM", "IM", "MV", "NL", "PH"})


@lru_cache(maxsize=64)
def all_countries(locale: str = "en") -> list[tuple[str, str]]:
    """List (code, name) of every country, sorted by name as the locale's readers would look for it."""
    return sorted(((code, country_name(code, locale)) for code in ALPHA_3), key=lambda pair: fold(pair[1]))


def _word(text: str) -> str:
    """Bring a name to the form that is looked up: folded, without full stops, commas, apostrophes and hyphens."""
    plain = fold(text).replace("-", " ").translate(_NOISE)
    if " " not in plain:
        return plain
    return " ".join("saint" if part == "st" else part for part in plain.split() if part != "and")


_NOISE = str.maketrans("", "", ".,'()")


@lru_cache(maxsize=1)
def _by_word() -> dict[str, str]:
    words = {}
    for code, long_code in ALPHA_3.items():
        words[_word(country_name(code))] = code
        words[_word(code)] = words[_word(long_code)] = code
    for code, aliases in _ALIASES.items():
        words |= {_word(alias): code for alias in aliases.split(",")}
    return words

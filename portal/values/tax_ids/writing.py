"""Tax IDs in the groups that people write them in."""

from functools import lru_cache

_GROUPS = {
    "us_ein": ((2, 9), "-"),
    "au_abn": ((2, 5, 8, 11), " "),
    "gb_vat": ((2, 5, 9, 11, 14), " "),
    "no_mva": ((2, 5, 8, 11, 14), " "),
    "fr_tva": ((2, 4, 13), " "),
    "ca_bn": ((5, 9, 11, 15), " "),
    "ca_gst": ((5, 9, 11, 15), " "),
    "jp_cn": ((1, 5, 9, 13), "-"),
}
_MASKS = {"br_cnpj": "##.###.###/####-##", "br_cpf": "###.###.###-##", "ch_vat": "###-###.###.### ####"}


@lru_cache(maxsize=16384)
def format_tax_id(kind: str, value: str) -> str:
    """Write a stored tax ID for reading; what does not have the stored form comes back as it is."""
    if kind in _GROUPS:
        ends, mark = _GROUPS[kind]
        starts = (0, *ends)
        if len(value) <= ends[-1]:
            return mark.join(part for at, end in enumerate(ends) if (part := value[starts[at] : end]))
    if kind in _MASKS:
        return _masked(value, _MASKS[kind])
    if kind in ("sg_uen", "sg_gst") and value.startswith("M") and len(value) == 10:
        return f"{value[:2]}-{value[2:9]}-{value[9:]}"
    if kind == "nz_ird" and value.isdigit() and len(value) in (8, 9):
        return f"{value[:-6]}-{value[-6:-3]}-{value[-3:]}"
    if kind == "mx_rfc" and len(value) in (12, 13):
        return f"{value[:-9]} {value[-9:-3]} {value[-3:]}"
    return value


def _masked(value: str, mask: str) -> str:
    """Fill the places of a mask from the left; the rest of the mask falls away with what precedes it."""
    places = mask.count("#")
    if len(value) > places:
        return value
    letters = iter(value)
    out = []
    for mark in mask:
        if mark != "#":
            out.append(mark)
            continue
        letter = next(letters, None)
        if letter is None:
            break
        out.append(letter)
    return "".join(out).rstrip(" -./")

"""Sets a statement as PDF: run as a program of its own, JSON in, PDF out, so that what setting takes is given back with it.

    python -I press.py TAGGED < statement.json > statement.pdf

Source Serif 4 sets Latin, Greek and Cyrillic; the fonts after it what it lacks. A script that none of them has is taken
from the machine's own fonts, where there are any.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import typst

FONTS = (
    "fontpkg_source_serif_4",
    "fontpkg_noto_serif",
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_thai",
    "noto_cjk_sans_jp_regular",
    "pylopdf_fonts_he",
)


def font_paths() -> list[Path]:
    """Find the directories of the fonts that are installed as packages."""
    found = (find_spec(name) for name in FONTS)
    return [Path(place) for spec in found if spec for place in spec.submodule_search_locations or ()]


def press(statement: str, *, tagged: bool) -> bytes:
    """Set a statement, given as JSON."""
    sheet = Path(__file__).with_name("statement.typ").read_bytes()
    compiler = typst.Compiler(input=sheet, font_paths=font_paths(), sys_inputs={"statement": statement})
    return compiler.compile(format="pdf", pdf_tags=tagged)


if __name__ == "__main__":
    sys.stdout.buffer.write(press(sys.stdin.buffer.read().decode(), tagged=sys.argv[1] == "tagged"))

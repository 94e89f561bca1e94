"""What a file is that is not text, told from its first bytes."""

_KINDS = (
    (b"PK\x03\x04", "This is a ZIP archive or an Excel workbook, whatever its name says. Save the sheet as CSV in UTF-8."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook. Save the sheet as CSV in UTF-8."),
    (b"%PDF", "This is a PDF. The customers are needed as CSV."),
    (b"\x89PNG", "This is a picture (PNG). The customers are needed as CSV."),
    (b"\xff\xd8\xff", "This is a picture (JPEG). The customers are needed as CSV."),
    (b"GIF8", "This is a picture (GIF). The customers are needed as CSV."),
    (b"\x1f\x8b", "This is a compressed file (gzip). Unpack it first."),
    (b"7z\xbc\xaf", "This is an archive (7-Zip). Unpack it first."),
    (b"SQLite format 3\0", "This is a database. The customers are needed as CSV."),
    (b"\xff\xfe", "This file is UTF-16. Save it as CSV in UTF-8."),
    (b"\xfe\xff", "This file is UTF-16. Save it as CSV in UTF-8."),
)
_BOM = b"\xef\xbb\xbf"


def refuse_what_is_no_text(head: bytes, refusal: type[Exception]) -> None:
    """Look at a file's first bytes, and raise `refusal` with a sentence when they are no text with columns."""
    if not head.removeprefix(_BOM).strip():
        raise refusal("The file is empty.")
    for magic, sentence in _KINDS:
        if head.startswith(magic):
            raise refusal(sentence)
    start = head[:200]
    if start.count(0) >= len(start) // 3:
        raise refusal("This file is UTF-16 or no text at all. Save it as CSV in UTF-8.")
    opening = start.removeprefix(_BOM).lstrip().lower()
    if opening.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        raise refusal("This is a page or an XML file, not CSV. Was a sign-in page saved in place of the export?")
    if opening.startswith((b"{", b"[")):
        raise refusal("This is JSON. The customers are needed as CSV.")

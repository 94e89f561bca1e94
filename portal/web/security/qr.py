"""A QR code as the path of an SVG drawing: no picture file, no inline style."""

QUIET = 4  # modules of white around it (ISO/IEC 18004)


def drawn(text: str) -> tuple[int, str]:
    """Give the side of the drawing in modules, and the path along its dark ones, to be drawn one module wide."""
    import segno  # with all its tables only where a code is drawn

    rows = segno.make(text, error="m", micro=False).matrix
    path = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                path.append(f"M{start + QUIET} {y + QUIET}.5h{x - start}")
            x += 1
    return len(rows) + 2 * QUIET, "".join(path)

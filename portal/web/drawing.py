"""The geometry of what the server draws: the staircase of a balance and the scale under it. Per cents and pixels, no colours."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

HEIGHT = 136.0
WIDTH = 600.0


def staircase(
    points: Sequence[tuple[float, int]],
    ticks: Sequence[tuple[float, str]] = (),
    exponent: int = 2,
    write: Callable[[int], str] | None = None,
) -> dict:
    """Lay out a balance over time in a field 600 wide and 136 high.

    :param points: (at, minor units), in order of `at`; the last one is where the line ends.
    :param exponent: decimals of the currency; the lines are labelled in whole units.
    :param write: writes those units; in English figures where none is given.
    """
    unit = 10**exponent
    values = [value for _, value in points] or [0]
    step = nice_step(max(max(values), 0) - min(min(values), 0), unit)
    top = -(-max(max(values), 0) // step) * step or step
    bottom = min(min(values), 0) // step * step
    start, end = (points[0][0], points[-1][0]) if points else (0, 1)
    span = (end - start) or 1

    def x(at: float) -> float:
        return round((at - start) / span * WIDTH, 1)

    def y(value: float) -> float:
        return round(HEIGHT * (top - value) / (top - bottom), 1)

    path = f"M0 {y(values[0])}" + "".join(f"H{x(at)}V{y(value)}" for at, value in points[1:])
    return {
        "path": path if len(points) > 1 else path + f"H{WIDTH:g}",
        "end": y(values[-1]),
        "lines": [
            {"y": y(value), "text": (write or _figures)(value // unit) if value else "", "zero": value == 0}
            for value in range(top, bottom - 1, -step)
        ],
        "ticks": [{"x": round(x(at) / WIDTH * 100, 2), "text": text} for at, text in ticks if x(at) < WIDTH * 0.9],
    }


def _figures(units: int) -> str:
    return f"{units:,}".replace("-", "−")


def nice_step(span: int, unit: int) -> int:
    """Choose a step of 1, 2 or 5 times a power of ten whole units, so that three to five of them cover a span of minor units."""
    step = unit
    for factor in (2, 2.5, 2) * 30:
        if span <= step * 4:
            break
        step = int(step * factor)
    return step


def scale(parts: Sequence[Mapping], threshold: Mapping | None = None) -> dict:
    """Lay out what a balance is made of along a line of 100 per cent.

    :param parts: {label, value in minor units, text, kind}; those not above zero take no room.
    :param threshold: {value, words}; beyond the balance, it widens the scale.
    """
    total = sum(max(part["value"], 0) for part in parts)
    whole = max(total, threshold["value"] if threshold else 0) or 1
    edges = [0]
    for part in parts:
        edges.append(edges[-1] + max(part["value"], 0))
    return {
        "parts": [
            {"kind": part["kind"], "x": _percent(left, whole), "width": _percent(right - left, whole)}
            for part, (left, right) in zip(parts, pairwise(edges), strict=True)
            if right > left
        ],
        "grades": [10 * n for n in range(11)],
        "mark": _percent(threshold["value"], whole) if threshold else None,
        "label": ", ".join(f"{part['label']} {part['text']}" for part in parts) + (f"; {threshold['words']}" if threshold else ""),
    }


def _percent(value: int, whole: int) -> float:
    return round(100 * value / whole, 2)

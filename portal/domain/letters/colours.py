"""A brand's colour on paper and on night ink, moved only as far as its words stay legible (WCAG 2.2, 1.4.3)."""

import re
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import lru_cache

BOTTLE_GREEN = "#1b5441"
_LIGHT_WORDS = "#fdfcf8"
_DARK_WORDS = "#0f1f18"
_LIGHT_ENOUGH = 4.5
_DARK_ENOUGH = 9.0


@dataclass(frozen=True)
class Shades:
    """The fill of a button and the words on it, in light and in dark, each as #rrggbb."""

    act: str
    on_act: str
    act_dark: str
    on_act_dark: str


@lru_cache(maxsize=256)
def shades(colour: str) -> Shades:
    """Darken a #rrggbb colour for paper and lighten it for night; anything else gives bottle green."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        colour = BOTTLE_GREEN
    return Shades(
        act=_moved_until(colour, 0, _LIGHT_WORDS, _LIGHT_ENOUGH),
        on_act=_LIGHT_WORDS,
        act_dark=_moved_until(colour, 1, _DARK_WORDS, _DARK_ENOUGH),
        on_act_dark=_DARK_WORDS,
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two #rrggbb colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _moved_until(colour: str, end: float, words: str, enough: float) -> str:
    """Move the lightness towards `end` (0 black, 1 white) until the words stand out enough; a lighter shade is a calmer one."""
    hue, lightness, saturation = rgb_to_hls(*(c / 255 for c in _channels(colour)))
    for step in range(101):
        share = step / 100
        moved = hls_to_rgb(hue, lightness + (end - lightness) * share, saturation * (1 - end * share / 2))
        shade = "#" + "".join(f"{round(c * 255):02x}" for c in moved)
        if contrast(shade, words) >= enough:
            break
    return shade


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (c / 255 for c in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

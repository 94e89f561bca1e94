"""What becomes of a colour in letters: the button and its words, in light and in dark, told before it is seen."""

from dataclasses import dataclass

from portal.domain.letters.colours import BOTTLE_GREEN, Shades, contrast, shades


@dataclass(frozen=True)
class Guard:
    """The button of a colour: its shades, the contrast of its words in light and in dark, and all that in words."""

    shades: Shades
    light: float
    dark: float
    said: tuple[str, str]


def guard(colour: str) -> Guard:
    """Tell what a #rrggbb colour (empty: bottle green) is on a button, moved as far as its words stay legible (WCAG 2.2, 1.4.3)."""
    asked, made = (colour or BOTTLE_GREEN).lower(), shades(colour)
    light, dark = contrast(made.act, made.on_act), contrast(made.act_dark, made.on_act_dark)
    kept = made.act == asked
    in_light = (
        f"Light: {asked} as it is, with words in near-white. Contrast {light:.1f} : 1."
        if kept
        else f"Light: white words could not be read on {asked}, so it is darkened to {made.act}. Contrast {light:.1f} : 1."
    )
    in_dark = (
        f"Dark: {asked} as it is, with words in near-black. Contrast {dark:.1f} : 1."
        if made.act_dark == asked
        else f"Dark: lightened to {made.act_dark}, with words in near-black. Contrast {dark:.1f} : 1."
    )
    return Guard(made, light, dark, (in_light, in_dark))

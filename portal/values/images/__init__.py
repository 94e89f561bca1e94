"""Pictures as their own first bytes describe them: what kind, how large. No pixel is ever unpacked here."""

from portal.values.images.picture import ENDINGS, MAX_BYTES, MAX_SIDE, Picture, fitted, read_picture, words_for

__all__ = ["ENDINGS", "MAX_BYTES", "MAX_SIDE", "Picture", "fitted", "read_picture", "words_for"]

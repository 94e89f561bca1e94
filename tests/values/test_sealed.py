"""Secrets at rest: opened with the key that sealed them, also after the key was changed."""

import pytest

from portal.values.sealed import Unsealable, Vault, open_sealed, seal

OLD, NEW = "old-key-0123456789-abcdefghij-xyz", "new-key-0123456789-abcdefghij-xyz"


def test_what_is_sealed_is_opened_and_shows_nothing():
    sealed = seal("JBSWY3DPEHPK3PXP", keys=[NEW])
    assert "JBSWY3DP" not in sealed
    assert open_sealed(sealed, keys=[NEW]) == "JBSWY3DPEHPK3PXP"
    assert sealed != seal("JBSWY3DPEHPK3PXP", keys=[NEW])


def test_a_changed_key_opens_what_was_sealed_before():
    assert Vault(NEW, OLD).open(Vault(OLD).seal("words")) == "words"
    assert Vault(NEW).open(Vault(NEW, OLD).seal("words")) == "words"


@pytest.mark.parametrize(
    "sealed",
    [
        *("", "x", "é", "gAAAAA"),
        pytest.param(Vault(OLD).seal("words"), id="elsewhere"),
        pytest.param(Vault(NEW).seal("words")[:-4] + "AAA=", id="altered"),
    ],
)
def test_what_was_altered_or_sealed_elsewhere_is_not_opened(sealed):
    with pytest.raises(Unsealable):
        Vault(NEW).open(sealed)


def test_what_is_too_old_is_not_opened():
    sealed = Vault(NEW).seal("words")
    assert Vault(NEW).open(sealed, seconds=60) == "words"
    with pytest.raises(Unsealable):
        Vault(NEW).open(sealed, seconds=-1)


def test_digests_are_keyed_and_salted():
    assert Vault(NEW).digests("code", salt=b"a") != Vault(OLD).digests("code", salt=b"a")
    assert Vault(NEW).digests("code", salt=b"a") != Vault(NEW).digests("code", salt=b"b")
    assert Vault(NEW, OLD).digests("code", salt=b"a") == Vault(NEW).digests("code", salt=b"a") + Vault(OLD).digests("code", salt=b"a")

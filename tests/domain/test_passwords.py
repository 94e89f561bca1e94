"""Passwords: kept by argon2id, refused in words when they are easy to guess."""

import pytest

from portal.domain import passwords

FIT = [
    "violet anchor tundra maple",
    "wolkenbruch teekanne 7 rudern",
    "xK9#mQ2vL8$nR4wT",
    "ручка звезда окно снегирь",
    "今日は雨が降るので家で本を読みます",
    "𝒜 stitch in nine saves the teapot",
    "🦔🦊🐢🐙🦉🐳🦋🐝🦜🐌🦖🦩🦥🦨🦫",
    "zq" * 3 + "vlkrtpmnhbd",
    "moss-lantern-orbit-figpudding",
]

EASY = [
    "passwordpassword",
    "password12345678",
    "Passw0rd!Passw0rd!",
    "P@ssw0rdP@ssw0rd1",
    "123456789012345",
    "aaaaaaaaaaaaaaaa",
    "abcabcabcabcabcabc",
    "qwertyuiopasdfghjkl",
    "qwertzuiop1234567890",
    "abcdefghijklmnop",
    "1q2w3e4r5t6y7u8i9o0p",
    "zaq12wsxzaq12wsx",
    "letmeinletmein12",
    "correct horse battery staple",
    "iloveyouforever123",
    "welcome to portal 2026",
    "Summer2026Summer2026",
    "administrator123456",
    "adminadminadmin1",
    "superman batman 1",
    "portal billing wallet",
    "changemechangeme",
    "footballbaseball1",
    "trustno1trustno1",
    "sunshine rainbow!",
    "liverpool12345678",
    "november november 23",
]


@pytest.mark.parametrize("password", FIT)
def test_unlikely_passwords_of_any_characters_are_fit(password):
    assert passwords.check(password, email="marta@gruenwald.example", names=("Marta Grünwald",)) == password


@pytest.mark.parametrize("password", EASY)
def test_obvious_passwords_are_refused(password):
    with pytest.raises(passwords.Unfit):
        passwords.check(password)


@pytest.mark.parametrize("password", ["marta.gruenwald1", "Marta Grünwald 1", "GRUENWALD.example", "gruenwaldgruenwald", "M4rta Gruenw4ld"])
def test_ones_own_name_and_address_are_refused(password):
    with pytest.raises(passwords.Unfit):
        passwords.check(password, email="marta@gruenwald.example", names=("Marta Grünwald", "Gruenwald"))


def test_short_and_long_ones_are_told_the_length():
    with pytest.raises(passwords.Unfit, match=r"^1 more character: a password has at least 15"):
        passwords.check("fourteen chars")
    with pytest.raises(passwords.Unfit, match="at most 128 characters; this has 129"):
        passwords.check("vY" + "x7qLm" * 25 + "zz")


def test_128_characters_are_all_kept():
    long = "".join(chr(0x4E00 + 37 * number) for number in range(128))
    assert passwords.check(long) == long
    kept = passwords.hash_password(long)
    assert passwords.verify(kept, long)
    assert not passwords.verify(kept, long[:-1])


def test_there_is_no_rule_about_kinds_of_characters():
    assert passwords.check("onlysmallletterswithoutanysigns")


def test_the_hash_is_argon2id_with_its_parameters_and_a_salt():
    first, second = passwords.hash_password("violet anchor"), passwords.hash_password("violet anchor")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert not passwords.outdated(first)


def test_two_spellings_of_one_letter_are_one_password():
    assert passwords.verify(passwords.hash_password("gr\u00fcn"), "gru\u0308n")


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$broken"])
def test_no_hash_and_a_broken_hash_match_nothing(kept):
    assert not passwords.verify(kept, "anything")


def test_the_list_covers_what_is_tried_first():
    words = passwords.obvious_words()
    assert len(words) > 300
    assert {"password", "qwerty", "portal", "letmein"} <= set(words)
    assert all(word == word.strip().lower() for word in words)

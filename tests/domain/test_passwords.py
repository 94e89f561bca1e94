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
    with pytest.raises(passwords.Unfit, match="at most 256 characters; this has 257"):
        passwords.check("vY" + "x7qLm" * 51)


def test_256_characters_are_all_kept():
    long = "".join(chr(0x4E00 + 37 * number) for number in range(256))
    assert passwords.check(long) == long
    kept = passwords.hash_password(long)
    assert passwords.verify(kept, long)
    assert not passwords.verify(kept, long[:-1])


def test_there_is_no_rule_about_kinds_of_characters():
    assert passwords.check("onlysmallletterswithoutanysigns")


def test_the_hash_is_argon2id_with_its_parameters_and_a_salt():
    first, second = passwords.hash_password("violet anchor tundra"), passwords.hash_password("violet anchor tundra")
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


WITH_A_SECOND_FACTOR = ["mossfig7", "tundra-9", "xK9#mQ2v", "снегирь8"]


@pytest.mark.parametrize("password", WITH_A_SECOND_FACTOR)
def test_beside_a_second_factor_eight_characters_will_do(password):
    assert passwords.check(password, alone=False) == password
    with pytest.raises(passwords.Unfit, match="at least 15"):
        passwords.check(password)


@pytest.mark.parametrize(
    "password", ["password", "Passw0rd", "qwertyui", "12345678", "iloveyou", "trustno1", "starwars", "dragon12", "7 chars"]
)
def test_beside_a_second_factor_the_obvious_is_refused_all_the_same(password):
    with pytest.raises(passwords.Unfit):
        passwords.check(password, alone=False)


def test_the_list_of_whole_passwords_is_long_and_asks_no_network():
    common = passwords.common_passwords()
    assert len(common) > 25_000
    assert {"password", "123456", "letmein", "monkey"} <= common
    for password in sorted(common)[:: len(common) // 300]:
        if len(password) >= 8:
            with pytest.raises(passwords.Unfit):
                passwords.check(password, alone=False)


def test_a_short_password_is_known_by_its_hash():
    short, long = passwords.hash_password("mossfig7"), passwords.hash_password("violet anchor tundra")
    assert passwords.needs_second_factor(short)
    assert not passwords.needs_second_factor(long)
    assert not passwords.needs_second_factor(None)
    assert passwords.verify(short, "mossfig7")
    assert not passwords.outdated(short)
    assert len(short) < 255


def test_strength_is_said_in_words():
    assert passwords.strength("violet anchor tundra maple") == "takes centuries to guess"
    assert passwords.strength("x" * 300) != "takes centuries to guess"

"""Keys of a file kept out of memory: the first row of each, hash or no hash."""

from portal.domain.imports import keys
from portal.domain.imports.keys import Keys


def test_a_key_that_stands_twice_is_told_with_its_first_row():
    seen = Keys()
    assert seen.note([("a", 2), ("b", 3), ("a", 4)]) == {4: 2}
    assert seen.note([("c", 5), ("b", 6), ("a", 7), ("d", 8)]) == {6: 3, 7: 2}
    assert (seen.first("a"), seen.first("d"), seen.first("e")) == (2, 8, None)


def test_keys_with_the_same_hash_are_told_apart(monkeypatch):
    monkeypatch.setattr(keys, "hash", lambda key: 1 if len(key) == 1 else hash(key), raising=False)
    seen = Keys()
    assert seen.note([("a", 2), ("b", 3), ("b", 4), ("c", 5)]) == {4: 3}
    assert seen.note([("a", 6), ("c", 7)]) == {6: 2, 7: 5}
    assert (seen.first("a"), seen.first("b"), seen.first("c"), seen.first("d")) == (2, 3, 5, None)


def test_nothing_noted_is_nothing_found():
    seen = Keys()
    assert seen.note([]) == {}
    assert seen.first("a") is None

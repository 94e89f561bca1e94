"""The markup of letters: read into a tree, or refused with the line and a sentence. Nothing in it runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.letters.markup import Asked, Bold, MarkupWrong, Named, Passage, Said, named, parse, parse_line


def kinds(body: str) -> list[str]:
    return [block.kind for block in parse(body)]


def test_each_kind_of_line_is_a_block_of_its_own():
    body = "Hello,\n\n- one\n- two\n1. first\n^ small\n| a | b\n|= c | d\n[Go](portal)\n{code}\nthe end"
    assert kinds(body) == ["paragraph", "list", "numbers", "small", "table", "button", "code", "paragraph"]


def test_an_empty_line_ends_a_paragraph_and_a_line_end_does_not():
    first, second = parse("one\ntwo\n\n\nthree")
    assert [line.number for line in first.lines] == [1, 2]
    assert second.line == 5


def test_words_are_bold_variables_and_passages():
    assert parse_line("a **b {c}** [[, {d:day}]]") == (
        Said("a "),
        Bold((Said("b "), Named("c", "", 1))),
        Said(" "),
        Passage((Said(", "), Named("d", "day", 1))),
    )


def test_a_condition_is_told_from_a_variable():
    (passage,) = parse_line("[[{!frozen}open]]")
    assert passage.inside == (Asked("frozen", False, 1), Said("open"))


def test_a_backslash_takes_the_next_sign_as_it_is():
    assert parse_line(r"\{a\} \*\*b\*\* \[\[c\]\] \\") == (Said(r"{a} **b** [[c]] \ ".strip()),)
    assert kinds(r"\- no list") == ["paragraph"]
    assert parse(r"| a \| b | c")[0].lines[0].cells == ((Said("a | b"),), (Said("c"),))


def test_a_sum_is_marked_and_a_last_bar_may_close_a_row():
    (table,) = parse("| a | b |\n|= c | d")
    assert [line.total for line in table.lines] == [False, True]


def test_what_no_passage_can_leave_out_is_found():
    nodes = parse_line("{a} **{b}** [[{c}]]")
    assert [node.name for node in named(nodes)] == ["a", "b", "c"]
    assert [node.name for node in named(nodes, always=True)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("a **b", "A ** is not closed"),
        ("**a [[{x} **b]]", "A ** is not closed"),
        ("[[ {x}", "A [[ is not closed"),
        ("a ]] b", "There is a ]] without its [["),
        ("[[a [[{b}]]]]", "cannot hold another one"),
        ("[[a]]", "names a variable"),
        ("{a", "A { is not closed"),
        ("a}", "There is a } without its {"),
        ("{A b}", "{A b} is no name"),
        ("{{ 7*7 }}", "A { is not closed"),
        ("{a.__class__}", "{a.__class__} is no name"),
        ("{?a}", "it stands inside [[ ]]"),
        ("[a](b", "A link stands on a line of its own and is closed"),
        ("see [a](b)", "A link stands on a line of its own and is closed"),
        ("[ ](b)", "This link has no words"),
        ("[**a**](b)", "The words of a link are plain"),
        ("[{a.b}](c)", "cannot hold a part of each row"),
        ("| a", "A row has two cells"),
        ("| a | b | c", "A row has two cells"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(line, sentence):
    with pytest.raises(MarkupWrong) as refused:
        parse(f"fine\n\n{line}")
    assert refused.value.line == 3
    assert sentence in refused.value.sentence


@given(st.text(alphabet=st.sampled_from("ab {}[]()*|=-^1.?!:\\\n_"), max_size=80))
def test_whatever_is_typed_is_read_or_refused(body):
    wrong, blocks = None, ()
    try:
        blocks = parse(body)
    except MarkupWrong as refused:
        wrong = refused
    assert wrong is None or 1 <= wrong.line <= len(body.splitlines())
    assert all(block.lines for block in blocks)


@given(st.text(max_size=60))
def test_words_without_signs_stay_as_they_are(text):
    plain = "".join(sign for sign in text if sign not in "\\*{}[]")
    assert parse_line(plain) == ((Said(plain),) if plain else ())

"""The plain text's columns, whatever the length of their words."""

from portal.domain.letters import wording


def test_figures_end_in_one_column_and_the_lines_have_its_width():
    rows = wording.rows([("Vorher", "4.229,96"), ("Kulanz", "+25,00"), ("Ihr Guthaben, EUR", "4.254,96")])
    lines = rows.splitlines()
    assert {len(line) for line in lines} == {46}
    assert [line.strip()[:1] for line in lines] == ["V", "K", "-", "I", "="]


def test_words_that_are_long_widen_the_column_for_all():
    rows = wording.rows([("Vorher", "1,00"), ("Wenn bis dahin nichts davon verwendet wird, EUR", "−1.234.567,89")])
    lines = rows.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert 46 < len(lines[0]) <= wording.LINE


def test_words_that_leave_a_figure_no_room_go_on_below_and_the_figure_stands_on_the_last_line():
    rows = wording.rows([("Guthabenbewegungen " * 6, "1,00"), ("Summe", "1,00")])
    lines = rows.splitlines()
    assert all(len(line) <= wording.LINE for line in lines)
    assert [line.endswith("1,00") for line in lines] == [*([False] * (len(lines) - 4)), True, False, True, False]


def test_a_row_of_words_goes_on_further_in():
    lines = wording.fact("Zahlungserinnerungen: " + "ausgeschaltet, vorher eingeschaltet " * 3).splitlines()
    assert lines[0].startswith("  Zahlungs")
    assert all(line.startswith("    ") for line in lines[1:])
    assert all(len(line) <= wording.LINE for line in lines)

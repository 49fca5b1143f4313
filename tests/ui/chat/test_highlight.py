"""Code gets its colours in slices, and never costs without end."""

from inglenook.ui.chat.highlight import Highlighter, colour_line, language_name


def test_slices_give_what_one_go_gives():
    code = 'def f(x):\n    """Doc\n    more."""\n    return 1  # end\n' * 20
    slow, fast = Highlighter(code, "py"), Highlighter(code, "python")
    while not slow.done:
        slow.step(3)
    while not fast.done:
        fast.step(10_000)
    assert slow.lines == fast.lines
    assert (0, 3, "code_keyword") in fast.lines[0]
    assert fast.lines[2][0][2] == "code_string"


def test_unknown_languages_and_endless_lines_stay_plain():
    assert Highlighter("x", "no-such-language").done
    assert Highlighter("x" * 5_000, "python").done
    assert Highlighter("x\n" * 200_000, "python").done
    assert colour_line("x" * 5_000, "python") == []


def test_languages_have_names():
    assert language_name("py") == "Python"
    assert language_name("c++") == "C++"
    assert language_name("klingon") == "klingon"

"""Of all that a draft writes, its code is what defines something."""

from inglenook.effort.code.blocks import code_in

CODE = "def f(x):\n    return x"


def test_blocks_that_define_something_are_the_answer():
    text = (
        f"Here:\n```python\n{CODE}\n```\nUse it:\n```python\nprint(f(2))\n```\nIt has 1 line."
    )
    assert code_in(text) == CODE
    assert (
        code_in(f"```py\n{CODE}\n```\nand\n```\nclass A:\n    pass\n```")
        == f"{CODE}\nclass A:\n    pass"
    )
    assert code_in(f"```python\n{CODE}") == CODE


def test_code_without_a_fence_is_the_answer_if_it_is_all_there_is():
    assert code_in(CODE) == CODE
    assert code_in("It is 3.") is None


def test_other_languages_and_what_the_question_shows_are_not():
    assert code_in(f"```javascript\n{CODE}\n```") is None
    assert (
        code_in(f"```python\n{CODE}\n```\nIt prints 3.", f"What does this do?\n{CODE}") is None
    )

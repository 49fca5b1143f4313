from inglenook.ui.words import menu_text, one_line, tip


def test_foreign_text_becomes_one_line():
    assert one_line("two\nlines\tand\x00nothing") == "two lines and nothing"


def test_signs_that_reverse_reading_order_are_taken_out():
    assert one_line("invoice\u202efdp.exe") == "invoicefdp.exe"


def test_joined_emoji_stay_whole():
    family = "👩\u200d👧"
    assert one_line(family) == family


def test_a_long_name_is_cut():
    assert one_line("a" * 500, 10) == "a" * 9 + "…"


def test_menus_show_an_ampersand_as_it_is():
    assert menu_text("Salt & Pepper\t8B") == "Salt && Pepper 8B"


def test_tool_tips_never_contain_tags():
    assert tip("<img src=x>", "", "b") == "&lt;img src=x&gt;<br>b"

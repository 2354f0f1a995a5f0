"""Signs that nobody sees never come out; what reads the same is the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chat.text import WordList, clean, hidden, name_key, name_of

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\u00ad\u034f\u115f\u1160\u180e\u200b\u2060\u2061\u2800\u3164\ufeff\uffa0\U000e0041\U000e0100"
SPACES = "\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000"


@given(st.text(max_size=60))
def test_nothing_hidden_ever_comes_out(text: str) -> None:
    shown = clean(text)
    assert not any(hidden(sign) for sign in shown)
    assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in shown)
    assert not set(shown) & set(BIDI + UNSEEN + SPACES)
    assert clean(shown) == shown


@pytest.mark.parametrize("sign", BIDI + UNSEEN + "\x00\x07\x1b\x7f\x85\ue000")
def test_a_hidden_sign_is_taken_out_of_a_text_and_refused_in_a_name(sign: str) -> None:
    assert clean(f"a{sign}b") == "ab"
    assert clean(sign * 3) == ""
    assert name_of(f"a{sign}b") == ""


def test_white_space_is_one_space() -> None:
    for space in SPACES:
        assert clean(f" a{space}{space} b ") == "a b"


@pytest.mark.parametrize(
    "text",
    ["Grüße, Łódź", "مرحبا بكم", "שלום", "می‌خواهم", "👨‍👩‍👧 ❤️ 👍🏽", "日本語", "naïve café", "<b>1 & 2</b>"],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_towers_of_marks_are_cut() -> None:
    assert clean("e" + "\u0301" * 30) == "e" + "\u0301" * 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ada"),
        ("Ada L.", "ada l"),
        ("Ada Lovelace", "AdaLovelace"),
        ("Ada", "\uff21\uff44\uff41"),
        ("Ada", "\u0410d\u0430"),
        ("Zoë", "zoe"),
        ("Strasse", "Straße"),
        ("Bill", "BiII"),
        ("Bob", "B0b"),
        ("Maker_1", "maker l"),
    ],
)
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    assert name_of(one)
    assert name_of(other)
    assert name_key(one) == name_key(other)


def test_other_names_are_others() -> None:
    names = ["Ada", "Adam", "Bo", "Boa", "日本", "本日", "Мария", "Марина"]
    assert len({name_key(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["", "  ", "...", "❤️", "--", "a\u200db"])
def test_a_name_needs_a_letter_and_nothing_hidden(name: str) -> None:
    assert name_of(name) == ""


LISTED = WordList(["scam", "free money", "Scheiße", "Idiot"])


@pytest.mark.parametrize(
    "text",
    [
        "a SCAM!",
        "sc\u200bam",
        "s c a m",
        "s.c.a.m",
        "5c4m",
        "$cam",
        "\u0455\u0441\u0430m",
        "scаaaaam",
        "get FREE  money now",
        "free, money",
        "so eine scheisse",
        "ídíöt",
        "1diot",
        "ｓｃａｍ",
    ],
)
def test_a_listed_word_is_found_however_it_is_written(text: str) -> None:
    assert LISTED.hits(clean(text))


@pytest.mark.parametrize(
    "text", ["scamper", "landscamp", "free of charge", "money is free", "idiotic", "moneyfree", "", "❤️"]
)
def test_and_not_inside_of_other_words(text: str) -> None:
    assert not LISTED.hits(text)


def test_an_empty_list_finds_nothing() -> None:
    assert not WordList([]).hits("anything")
    assert not WordList(["...", "❤️"]).hits("... ❤️")

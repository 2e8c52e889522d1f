import unicodedata

import pytest

from toe_analysis.survey.text import normalise, pieces, without_invisible

SELECTORS = [chr(place) for place in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x180B, 0x034F, 0x3164)]


def test_every_format_character_and_variation_selector_is_known():
    formats = [sign for sign in map(chr, range(0x110000)) if unicodedata.category(sign) == "Cf"]
    assert [sign for sign in formats + SELECTORS if without_invisible(sign)] == []


def test_no_letter_digit_or_visible_mark_is_taken_out():
    fillers = "\u115f\u1160\u3164\uffa0"  # letters by their category, and empty to the eye
    kinds = ("L", "N", "P", "S", "Z", "Mc", "Me")
    visible = [sign for sign in map(chr, range(0x110000)) if unicodedata.category(sign).startswith(kinds)]
    assert [sign for sign in visible if not without_invisible(sign) and sign not in fillers] == []


@pytest.mark.parametrize("text", ["A\u200d\u030a", "\ufeffÅ", "A\u030a\u00ad"])
def test_a_letter_is_composed_also_across_an_invisible_sign(text):
    assert normalise(text) == "Å"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1. Tid\n2) Penge\n3. Data", ["Tid", "Penge", "Data"]),
        ("Tid; Penge;", ["Tid", "Penge"]),
        ("1. Tid 2. Penge 3. Data", ["Tid", "Penge", "Data"]),
        ("Tid og penge, især tid", ["Tid og penge, især tid"]),
        ("Vi er 12.500 kvadratmeter", ["Vi er 12.500 kvadratmeter"]),
        (" ; \n", []),
    ],
)
def test_an_answer_is_split_where_a_person_would(text, parts):
    assert pieces(text) == parts

import json
import re

import numpy as np
import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.showing.output import keep, rounded, write_numbers, write_table
from toe_analysis.showing.tables import localise, say_share, show_table
from toe_analysis.statistics import Share, share_table
from toe_analysis.survey.freetext import Entry, read_decisions
from toe_analysis.survey.text import fold


def test_a_table_is_read_in_the_readers_language_with_its_decimal_mark():
    table = share_table({"user": Share(4, 48)}, ["status"]).assign(basis="calibrated")
    danish = localise(table, "da").iloc[0]
    assert danish["AI-status"] == "bruger AI"
    assert danish["andel"].replace("\u00a0", " ") == "8,3 %"
    assert danish["grundlag"] == "kalibreret"


def test_who_was_asked_is_told_rule_by_rule_though_options_hold_blanks():
    asked = pd.DataFrame({"who": ["q04=Yes, in all classes;Yes, in some", "q08=Ja; q20=Ja"]})
    assert localise(asked, "en").iloc[:, 0].tolist() == [asked["who"][0], "uses AI; gave up"]


def test_the_part_that_reaches_a_level_is_a_percentage_like_the_share_on_it():
    reached = pd.DataFrame({"reached": [0.8125], "reached_lower": [0.5], "reached_upper": [1.0]})
    assert [text.replace("\u00a0", " ") for text in localise(reached, "en").iloc[0]] == ["81.2 %", "50.0 %", "100.0 %"]


def test_a_code_without_a_word_is_an_error_and_not_shown_raw():
    with pytest.raises(InputError, match=r"the key method\.new_code, found none"):
        localise(pd.DataFrame({"method": ["new_code"]}), "en")


def test_both_languages_are_shown_and_markup_in_data_stays_text():
    html = show_table(pd.DataFrame({"value": ["<script>alert(1)</script>"]}))._repr_html_()
    assert "Dansk" in html
    assert "<script>" not in html


def test_both_ends_of_an_interval_stand_in_one_cell_and_none_where_there_is_no_share():
    ends = pd.DataFrame({"share": [0.1, np.nan], "lower": [0.05, np.nan], "upper": [0.2, np.nan]})
    shown = {language: html.replace("\u00a0", " ") for language, html in show_table(ends).html.items()}
    told = {language: re.findall("<t[hd]>(.*?)</t", html) for language, html in shown.items()}
    assert told["en"] == ["share", "interval", "10.0 %", "5.0 to 20.0 %", "–", "–"]
    assert told["da"] == ["andel", "interval", "10,0 %", "5,0 til 20,0 %", "–", "–"]


def test_a_share_in_a_sentence_has_count_base_interval_and_basis():
    text = say_share(Share(14, 48), "illustrative", language="da", confidence=0.9).replace("\u00a0", " ")
    assert text == "14 af 48 (29,2 %, 90 %-interval 19,7 til 40,8 %, Wilson, illustrativt)"


def test_files_hold_12_significant_digits_unix_line_ends_and_no_nan(tmp_path):
    table = write_table(pd.DataFrame({"share": [1 / 3, np.nan]}), tmp_path / "new" / "t.csv")
    assert table.read_bytes() == b'share\n0.333333333333\n""\n'
    numbers = write_numbers({"a": np.float64(2 / 3), "b": float("nan"), "c": (np.int64(3),)}, tmp_path / "n.json")
    assert json.loads(numbers.read_text()) == {"a": 0.666666666667, "b": None, "c": [3]}
    assert rounded(123456789.123456789) == 123456789.123


@pytest.mark.parametrize(
    "text", ["=cmd|'/C calc'!A0", "+1 if possible", "- none", "@SUM(A1)", "\t=1", "\r=1", "Ja\r=1"]
)
def test_text_that_a_spreadsheet_would_run_is_written_so_that_it_does_not(tmp_path, text):
    path = write_table(pd.DataFrame({"text": [text, "Ja"]}), tmp_path / "t.csv")
    written = pd.read_csv(path, keep_default_na=False)["text"].tolist()
    inert = text if text.startswith("Ja") else f"'{text}"
    assert written == [inert.replace("\r", "\n"), "Ja"]


def test_negative_numbers_stay_numbers(tmp_path):
    path = write_table(pd.DataFrame({"number": [-1.5, 2.0], "text": ["-1.5", "+2"]}), tmp_path / "t.csv")
    assert path.read_text() == "number,text\n-1.5,-1.5\n2.0,+2\n"


def test_a_decision_on_text_like_a_formula_is_found_again(tmp_path):
    text = "- ingen penge"
    row = {"view": "barriers", "text": text, "proposed": "", "categories": "cost", "decided": "yes"}
    path = write_table(pd.DataFrame([row]), tmp_path / "decisions.csv")
    assert read_decisions(path, [Entry("barriers", "cost", "O", "dyrt")]) == {("barriers", fold(text)): ("cost",)}


def test_what_a_stage_keeps_stands_under_its_name(tmp_path):
    table = pd.DataFrame({"count": [4]})
    keep(Root.at(tmp_path), "04_size", {"firms": 48}, table, effect=table, trends=None)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")) == [
        *("data/processed/04_size.csv", "data/processed/04_size.json", "data/processed/04_size_effect.csv")
    ]

import base64
import html
import json
import shutil
import unicodedata
import zipfile

import pytest
from survey.reading.workbooks import packed, sheet_of, write_sheets

from toe_analysis.paths import Root
from toe_analysis.privacy import leaks
from toe_analysis.privacy.identifying import Secret, read_secrets
from toe_analysis.privacy.leaks import UNREADABLE, find_leaks, identifying_columns, still_secret
from toe_analysis.survey import read_study

SECRETS = {
    Secret("name of a firm", "Ågård & Sønner"),
    Secret("address of a firm", "Fabriksvej 17"),
    Secret("e-mail", "lone@aagaard.example"),
    Secret("name of a person", "Lone Ågård"),
    Secret("time of an answer", "2025-02-03 08:01:02"),
    Secret("quasi-identifier", "særlige skruer"),
    Secret("free text", "vi mangler kloge folk"),
    Secret("key of the pseudonyms", "a1b2c3d4"),
}


def plain(text):
    return text.encode()


def in_json(text):
    return json.dumps({"outputs": [json.dumps({"text": f"<p>{text}"})]}).encode()


def in_html(text):
    return html.escape(text).replace("Å", "&#197;").encode()


def in_an_address(text):
    return ("?q=" + "".join(f"%{byte:02X}" for byte in text.encode())).encode()


def in_base64(text):
    picture = base64.encodebytes(f"<svg><!-- padding for the eye --><text>{text}</text></svg>".encode()).decode()
    return json.dumps({"data": {"image/svg+xml": picture}}).encode()


def picture(*, described="", behind=""):
    """Return a PNG picture, or what a reader of its parts takes for one, with a text in it and a text behind it."""
    parts = [
        (b"IHDR", b"\0" * 13),
        (b"IDAT", bytes(range(256)) * 40),
        (b"tEXt", f"Title\0{described}".encode("latin-1")),
    ]
    chunks = [len(part).to_bytes(4) + kind + part + b"\0\0\0\0" for kind, part in [*parts, (b"IEND", b"")]]
    return b"".join([b"\x89PNG\r\n\x1a\n", *chunks, behind.encode()])


def in_a_picture(text):
    return picture(described=text)


def behind_a_picture(text):
    return picture(behind=text)


def in_a_notebooks_picture(text):
    return json.dumps({"data": {"image/png": base64.b64encode(picture(described=text)).decode() + "\n"}}).encode()


def decomposed(text):
    return unicodedata.normalize("NFD", text).upper().encode()


def between_tags(text):
    return f"<td>{text.replace(' ', '</b> <b>')}</td>".encode()


def in_windows_1252(text):
    return f"log: {text}!".encode("cp1252")


def with_half_a_letter_at_the_end(text):
    return f"log: {text}! å".encode()[:-1]


def with_what_no_reader_sees(text):
    return "".join(f"{sign}\u00ad" for sign in text).encode()


def in_parts_of_a_drawn_line(text):
    return "".join(f"<tspan>{sign}</tspan>" for sign in text).encode()


def in_the_colours_of_an_error(text):
    return json.dumps({"traceback": [text.replace(" ", " \x1b[31m")]}).encode()


def zipped(text):
    return packed({"sources/1.txt": text}, zipfile.ZIP_STORED)


WAYS = [plain, in_json, in_html, in_an_address, in_base64, decomposed, between_tags, in_windows_1252, zipped]
WAYS += [with_half_a_letter_at_the_end, with_what_no_reader_sees, in_parts_of_a_drawn_line, in_the_colours_of_an_error]
WAYS += [in_a_picture, behind_a_picture, in_a_notebooks_picture]


@pytest.mark.parametrize("write", WAYS)
def test_every_secret_is_found_in_every_kind_of_file(tmp_path, write):
    (tmp_path / "run/build").mkdir(parents=True)
    kinds = sorted(secret.kind for secret in SECRETS)
    for secret in SECRETS:  # a file each, of which no other must be found
        (tmp_path / "run/build" / secret.kind).write_bytes(write(f"before {secret.text}, after"))
    assert find_leaks(SECRETS, tmp_path / "run") == [(f"build/{kind}", kind) for kind in kinds]


def test_the_checksum_behind_a_pictures_note_does_not_hide_its_last_word(tmp_path):
    (tmp_path / "figure.png").write_bytes(picture(described="Lone Ågård").replace(b"\0\0\0\0", b"abcd"))
    assert find_leaks(SECRETS, tmp_path) == [("figure.png", "name of a person")]


def test_a_packed_file_that_cannot_be_looked_into_is_told(tmp_path):
    (tmp_path / "run").mkdir()
    whole = zipped("nothing in it")
    (tmp_path / "run/cut.xlsx").write_bytes(whole[:-30])
    (tmp_path / "run/changed.xlsx").write_bytes(whole.replace(b"nothing", b"anybody"))
    (tmp_path / "run/locked.xlsx").write_bytes(whole.replace(b"PK\1\2\x14\3\x14\0\0", b"PK\1\2\x14\3\x14\0\1"))
    (tmp_path / "run/whole.xlsx").write_bytes(whole)
    (tmp_path / "run/text").write_bytes(b"PK is how such a file begins")
    assert find_leaks(SECRETS, tmp_path / "run") == [
        (f"{name}.xlsx", UNREADABLE) for name in ("changed", "cut", "locked")
    ]


def test_a_packed_file_larger_than_any_of_ours_is_told(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/large.zip").write_bytes(packed({"sources/1.txt": " " * (2**26 + 1)}, zipfile.ZIP_DEFLATED))
    assert find_leaks(SECRETS, tmp_path / "run") == [("large.zip", UNREADABLE)]


def test_what_is_packed_more_often_than_is_looked_into_is_told(tmp_path):
    (tmp_path / "run").mkdir()
    packed = "Lone Ågård"
    for depth in range(1, 7):
        packed = zipped(packed)
        (tmp_path / "run/deep.zip").write_bytes(packed)
        told = UNREADABLE if depth > 4 else "name of a person"
        assert find_leaks(SECRETS, tmp_path / "run") == [("deep.zip", told)]


def test_file_names_are_looked_at(tmp_path):
    (tmp_path / "Lone_Ågård.log").touch()
    assert find_leaks(SECRETS, tmp_path) == [("Lone_Ågård.log", "name of a person")]


def test_a_secret_inside_a_longer_word_or_in_another_order_is_none(tmp_path):
    (tmp_path / "text").write_text("Fabriksvej 170, Ågård Lone, særlige skruerne", encoding="utf-8")
    assert find_leaks(SECRETS, tmp_path) == []


def test_what_was_given_is_passed_over_and_own_words_have_one_place(tmp_path):
    for name in ("data/raw/survey_export.xlsx", "pseudonym_key", "build/03_describe_toe_proposals.csv", "build/log"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("vi mangler kloge folk; Lone Ågård", encoding="utf-8")
    assert find_leaks(SECRETS, tmp_path) == [
        ("build/03_describe_toe_proposals.csv", "name of a person"),
        ("build/log", "free text"),
        ("build/log", "name of a person"),
    ]


def test_words_that_everybody_has_identify_nobody_but_names_do(tmp_path):
    (tmp_path / "table.csv").write_text("Særlige skruer, Lone Ågård", encoding="utf-8")
    found = find_leaks(still_secret(SECRETS, ["særlige skruer; lone ågård"]), tmp_path)
    assert found == [("table.csv", "name of a person")]


def test_a_name_that_is_a_word_of_the_study_is_looked_for_with_its_legal_form_only(tmp_path, questionnaire):
    sheet = sheet_of(questionnaire, [{"q01": "Data ApS, Fabriksvej 17"}])
    secrets = read_secrets(write_sheets(tmp_path / "svar.xlsx", {"Ark1": sheet}), questionnaire)
    (tmp_path / "run").mkdir()
    (tmp_path / "run/log").write_text("its data are not public", encoding="utf-8")
    assert find_leaks(secrets, tmp_path / "run") == [("log", "name of a firm")]
    kept = still_secret(secrets, ["no data"])
    assert find_leaks(kept, tmp_path / "run") == []
    (tmp_path / "run/log").write_text("Data Aps has answered", encoding="utf-8")
    assert find_leaks(kept, tmp_path / "run") == [("log", "name of a firm")]


def test_a_secret_never_shows_itself():
    assert "Lone" not in repr(Secret("name of a person", "Lone Ågård"))


def test_an_export_gives_whole_cells_and_their_distinctive_parts(tmp_path, questionnaire):
    firm = {
        "q01": "Ågård & Sønner A/S, Fabriksvej 17, 8900 Randers",
        "q02": "1987",
        "q03": "10-20",
        "q04": "Skruer\nSærlige skruer",
        "q05": "Chef",
        "q08": "Spørg Lone på 8612 3456",
        "q14": "Selvlært;Kursus hos Ågård;",
        "q40": "Skriv til lone@aagaard.example\nfå hænder; lidt tid",
    }
    sheet = sheet_of(questionnaire, [firm, {"q01": "Hansen ApS, Viborg"}])
    sheet[1][2] = "2025-02-03"  # a day without a time may stand anywhere
    sheet[1][4], sheet[2][4] = "Lone Ågård", "Anonymous"
    found = read_secrets(write_sheets(tmp_path / "svar.xlsx", {"Ark1": sheet}), questionnaire)
    assert {
        Secret("name or address of a firm", firm["q01"]),
        Secret("name of a firm", "Ågård & Sønner"),
        Secret("address of a firm", "Fabriksvej 17"),
        Secret("name of a person", "Lone Ågård"),
        Secret("e-mail", "lone@aagaard.example"),
        Secret("time of an answer", "2025-02-03T08:07:00"),
        Secret("quasi-identifier", "Særlige skruer"),
        Secret("free text", "Kursus hos Ågård"),
        Secret("free text", "få hænder; lidt tid"),  # each too short alone
        Secret("free text", "Spørg Lone på 8612 3456"),  # where only options should stand
    } <= found
    assert Secret("name of a firm", "Viborg") not in found  # a town
    assert {secret.text for secret in found}.isdisjoint({"1987", "Chef", "Ja", "10-20", "Anonymous", "2025-02-03"})


@pytest.mark.parametrize("text", ["Ågård & Sønner Fabriksvej 17 8900 Randers", "Ågård & Sønner - Fabriksvej 17"])
def test_a_name_and_an_address_without_a_comma_are_told_apart(tmp_path, questionnaire, text):
    sheet = sheet_of(questionnaire, [{"q01": text}])
    found = read_secrets(write_sheets(tmp_path / "svar.xlsx", {"Ark1": sheet}), questionnaire)
    assert Secret("name of a firm", "Ågård & Sønner") in found
    assert Secret("address of a firm", "Fabriksvej 17") in found


@pytest.mark.parametrize("title", ["ID", "Start time", "Fuldførelsestidspunkt", "Mail", "q01", "q05"])
@pytest.mark.parametrize(
    ("mark", "encoding", "above"),
    [
        (",", "utf-8", ""),
        (";", "utf-8-sig", "sep=;\n"),
        (";", "cp1252", '"sep=;"\r\n'),
        ("\t", "utf-16", ""),
        ("\t", "utf-16", "SEP=\t\n"),
    ],
)
def test_a_column_of_ids_times_or_persons_is_found_by_its_title_whoever_saved_the_table(
    tmp_path, questionnaire, title, mark, encoding, above
):
    text = above + mark.join(["firm", f'"{title}"', "status"]) + "\n"
    (tmp_path / "table.csv").write_bytes(text.encode(encoding))
    assert identifying_columns(tmp_path, questionnaire) == [("table.csv", title)]


@pytest.fixture
def ours(project, tmp_path):
    """A private run, of an export that is still to come."""
    root = Root.at(tmp_path / "private/ours")
    shutil.copytree(project / "data/raw", root.raw)
    (root.raw / "survey_export.json").unlink()
    return root


def test_the_key_of_the_pseudonyms_is_looked_for_beside_what_was_answered(ours, tmp_path, questionnaire):
    write_sheets(ours.export, {"Ark1": sheet_of(questionnaire, [{"q03": "10-20"}])})
    (ours.path / "pseudonym_key").write_text("a1b2c3d4\n")
    (tmp_path / "notes.md").write_text("made with a1b2c3d4")
    assert leaks.leaks_of_run(ours, tmp_path, ["notes.md"]) == [("notes.md", "key of the pseudonyms")]


def test_of_made_up_firms_nothing_is_secret(ours, tmp_path, questionnaire):
    secrets = read_secrets(ours.export, questionnaire)
    streets = sorted(secret.text for secret in secrets if secret.kind == "address of a firm")
    (tmp_path / "notes.md").write_text(streets[0], encoding="utf-8")
    assert leaks.leaks_of_run(ours, tmp_path, ["notes.md"]) == []


def test_what_a_run_may_hold_of_the_firms_own_words_may_stand_nowhere_else(ours, tmp_path, questionnaire):
    typed = {"q03": "10-20", "q04": "Særlige skruer til både", "q40": "vi mangler kloge folk"}
    write_sheets(ours.export, {"Ark1": sheet_of(questionnaire, [typed])})
    for root in (ours.path, tmp_path):
        asked_for = root / "build/asked_for.csv"
        asked_for.parent.mkdir(exist_ok=True)
        asked_for.write_text("; ".join(typed.values()), encoding="utf-8")
    assert leaks.leaks_of_run(ours) == []
    found = leaks.leaks_of_run(ours, tmp_path, ["build"])
    assert found == [("build/asked_for.csv", "free text"), ("build/asked_for.csv", "quasi-identifier")]


def test_a_private_runs_decisions_beside_the_facts_are_found_and_do_not_hide_themselves(ours, tmp_path, questionnaire):
    answer = {"q03": "10-20", "q40": "1. Robotten hos Holger\n2. Tid"}
    write_sheets(ours.export, {"Ark1": sheet_of(questionnaire, [answer])})
    decisions = tmp_path / "data/raw/freetext_decisions.csv"
    decisions.parent.mkdir(parents=True)
    decisions.write_text("view,text,proposed,categories,decided\npotentials,Robotten hos Holger,,,yes\n")
    shutil.copy(decisions, ours.raw)  # as the next run does
    found = leaks.leaks_of_run(ours, tmp_path, ["data"])
    assert found == [("data/raw/freetext_decisions.csv", "free text")]


def test_an_option_that_identifies_is_looked_for_although_the_questionnaire_lists_it(ours, tmp_path):
    options = "Ole Brun Larsen;Eva Lind Madsen"
    questionnaire_row = f"q42,,Hvem hjalp jer?,Who helped,Hvem hjalp,single,{options},everyone,,,,,,quasi-identifier"
    with (ours.raw / "questionnaire.csv").open("a", encoding="utf-8") as file:
        file.write(f"{questionnaire_row}\n")
    shutil.copytree(ours.raw, tmp_path / "data/raw")
    helped = read_study(ours.raw).questionnaire
    write_sheets(ours.export, {"Ark1": sheet_of(helped, [{"q03": "10-20", "q42": "Eva Lind Madsen"}])})
    (tmp_path / "notes.md").write_text("Eva Lind Madsen helped.")
    assert leaks.leaks_of_run(ours, tmp_path, ["notes.md"]) == [("notes.md", "quasi-identifier")]


def test_an_option_that_a_shown_question_offers_too_is_no_leak(ours, tmp_path):
    asked = "q42,,Din rolle?,Role,Rolle,single,Daglig leder;Ejer og bestyrer,everyone,,,,,,quasi-identifier\n"
    asked += "q43,,Hvem bestemmer?,Decides,Bestemmer,single,Daglig leder;Bestyrelsen selv,everyone,,,,,,\n"
    with (ours.raw / "questionnaire.csv").open("a", encoding="utf-8") as file:
        file.write(asked)
    both = [{"q03": "10-20", "q42": "Daglig leder"}, {"q03": "10-20", "q42": "Ejer og bestyrer"}]
    write_sheets(ours.export, {"Ark1": sheet_of(read_study(ours.raw).questionnaire, both)})
    (tmp_path / "table.csv").write_text("q43,Daglig leder,7")
    (tmp_path / "notes.md").write_text("Ejer og bestyrer")
    found = leaks.leaks_of_run(ours, tmp_path, ["table.csv", "notes.md"])
    assert found == [("notes.md", "quasi-identifier")]


def test_of_another_studys_answers_the_short_ones_that_this_studys_facts_hold_are_no_leak(ours, tmp_path):
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/raw/baselines.csv").write_text("publisher\nTrucker Association\n")
    asked = "q42,,Who are you?,Trade,Fag,single,Trucker;Basket weaver,everyone,,,,,,quasi-identifier\n"
    with (ours.raw / "questionnaire.csv").open("a", encoding="utf-8") as file:
        file.write(asked)
    firms = [{"q03": "10-20", "q42": trade} for trade in ("Trucker", "Basket weaver")]
    write_sheets(ours.export, {"Ark1": sheet_of(read_study(ours.raw).questionnaire, firms)})
    (tmp_path / "README.md").write_text("as the Trucker Association has it")
    (tmp_path / "notes.md").write_text("the basket weaver")
    found = leaks.leaks_of_run(ours, tmp_path, ["README.md", "notes.md"])
    assert found == [("notes.md", "quasi-identifier")]


def test_the_name_of_a_study_that_comes_along_is_no_leak_of_a_firm_called_so(ours, tmp_path):
    (tmp_path / "data/studies/fjord").mkdir(parents=True)
    firms = [{"q01": name, "q03": "10-20"} for name in ("Fjord A/S", "Holger A/S")]
    write_sheets(ours.export, {"Ark1": sheet_of(read_study(ours.raw).questionnaire, firms)})
    (tmp_path / "README.md").write_text("as data/studies/fjord does")
    (tmp_path / "notes.md").write_text("Holger does so")
    found = leaks.leaks_of_run(ours, tmp_path, ["README.md", "notes.md"])
    assert found == [("notes.md", "name of a firm")]


def test_a_short_answer_that_the_program_says_itself_is_no_leak_and_a_long_one_or_a_name_is(ours, tmp_path):
    long = "what a private run wrote of its export"  # the program says this too, but nobody answers so by chance
    typed = {"q14": "more time", "q34": "noch etwas", "q40": long}
    firm = {"q01": "Ågård & Sønner, Fabriksvej 17", "q03": "10-20"} | typed
    write_sheets(ours.export, {"Ark1": sheet_of(read_study(ours.raw).questionnaire, [firm])})
    (tmp_path / "a.py").write_text("reading takes more time, noch etwas")
    (tmp_path / "b.py").write_text(f"Ågård & Sønner: {long}", encoding="utf-8")
    found = leaks.leaks_of_run(ours, tmp_path, ["a.py", "b.py"])
    assert found == [("b.py", "free text"), ("b.py", "name of a firm")]

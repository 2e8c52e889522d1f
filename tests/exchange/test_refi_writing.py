"""What leaves as REFI-QDA comes back the same, whoever coded it, and nothing hostile gets through."""

import contextlib
import io
import re
import tracemalloc
import unicodedata
import xml.etree.ElementTree as ET
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.errors import InputError
from toe_analysis.exchange.refi_writing import CODEBOOK, PROJECT, as_line, refi_codebook, refi_project
from toe_analysis.exchange.second_coder import read_codes
from toe_analysis.interviews import DIMENSIONS, THEMES
from toe_analysis.showing.output import zipped

NAMES = {"q": PROJECT, "c": CODEBOOK}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(as_line)


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def edited(content, change):
    """Return a project after `change` has worked on its XML as text."""
    files = opened(content)
    before = files["project.qde"].decode()
    files["project.qde"] = change(before).encode()
    assert files["project.qde"].decode() != before
    return zipped(files)


def table(units):
    frame = pd.DataFrame(units, columns=["interview", "toe", "gloss_da"])
    frame["unit"] = frame.groupby("interview").cumcount() + 1
    return frame.assign(theme=THEMES[0], gloss_en=frame["gloss_da"])


def test_codes_and_units_come_back_from_the_files_own_bytes(codings):
    content = refi_project(codings)
    assert content == refi_project(codings.copy())
    assert read_codes(content, codings).equals(codings["toe"])
    texts = [data.decode() for name, data in opened(content).items() if name.startswith("sources/")]
    assert "".join(texts).splitlines() == codings["gloss_da"].to_list()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:  # neither a clock nor a compressor has a say
        assert {(entry.date_time[0], entry.compress_type) for entry in parts.infolist()} == {(1980, zipfile.ZIP_STORED)}


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(DIMENSIONS), TEXTS), min_size=1, max_size=9))
def test_any_text_that_a_coder_could_type_comes_back(units):
    codings = table(units)
    content = refi_project(codings)
    files = opened(content)
    root = ET.fromstring(files["project.qde"])
    for source in root.findall("q:Sources/q:TextSource", NAMES):
        text = files[f"sources/{source.get('guid')}.txt"].decode()
        assert unicodedata.is_normalized("NFC", text)
        for selection in source.findall("q:PlainTextSelection", NAMES):
            start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
            assert text[start:end] == selection.get("name")
            assert "\n" not in text[start:end]
    if (
        len({tuple(map(as_line, rows["gloss_da"])) for _, rows in codings.groupby("interview")})
        == codings["interview"].nunique()
    ):  # the lines tell the interviews apart
        assert read_codes(content, codings).to_list() == codings["toe"].to_list()


def test_a_character_outside_the_basic_plane_counts_as_one_position():
    content = refi_project(table([(1, "T", "🙂🙂 smil"), (1, "E", "å")]))
    ends = re.findall(r'startPosition="(\d+)" endPosition="(\d+)"', opened(content)["project.qde"].decode())
    assert ends == [("0", "7")] * 2 + [("8", "9")] * 2


def test_text_typed_as_letter_and_ring_is_composed_before_positions_are_counted():
    codings = table([(1, "T", "sma\u030a"), (1, "E", "byer")])
    files = opened(refi_project(codings))
    assert [data for name, data in files.items() if name.startswith("sources/")] == ["små\nbyer\n".encode()]
    assert 'startPosition="4"' in files["project.qde"].decode()
    assert read_codes(zipped(files), codings).to_list() == ["T", "E"]


def test_what_xml_cannot_hold_becomes_a_replacement_character():
    content = opened(refi_project(table([(1, "T", "a\x07b\uffffc")])))
    assert 'name="a\ufffdb\ufffdc"' in content["project.qde"].decode()
    assert as_line("a\ud800b") == "a\ufffdb"
    with pytest.raises(InputError, match="interview 1, unit 2, found none"):
        refi_project(table([(1, "T", "a"), (1, "T", " \n ")]))


def test_elements_stand_in_the_schemas_order_and_every_reference_has_its_target(codings):
    root = ET.fromstring(opened(refi_project(codings, definitions={"T": "x"}))["project.qde"])
    assert [child.tag.split("}")[1] for child in root] == ["Users", "CodeBook", "Sources"]
    guids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(guids) == len(set(guids)) == 2 + 2 + 3 + 11 + 5 + 4 * 48
    pointed = {element.get("targetGUID") for element in root.iter() if element.get("targetGUID")}
    assert pointed <= set(guids)
    assert {element.get("creatingUser") for element in root.iter() if element.get("creatingUser")} <= set(guids)


def test_the_codebook_has_each_code_once_in_its_group_with_its_definition():
    root = ET.fromstring(refi_codebook(definitions={"E": "uden for <virksomheden> & dens\nmure"}))
    groups = root.findall("c:Codes/c:Code", NAMES)
    assert [(group.get("isCodable"), len(group)) for group in groups] == [("false", 3), ("false", 11)]
    assert (
        root.findtext(".//c:Code[@name='Omgivelser']/c:Description", None, NAMES)
        == "uden for <virksomheden> & dens mure"
    )
    names = [code.get("name") for code in root.iter(f"{{{CODEBOOK}}}Code")]
    assert len(set(names)) == len(names)


def test_the_file_for_a_second_coder_has_the_codes_and_no_codings(codings):
    content = refi_project(codings, coded=False)
    assert b"Selection" not in content
    assert b"<Users" not in content
    with pytest.raises(InputError, match=r"none for 1\.1, 1\.2, 1\.3, 1\.4, 1\.5 and 43 more"):
        read_codes(content, codings)


OTHERS = {
    "GUIDs in braces here and in small letters there": lambda text: re.sub(
        r' guid="([-0-9a-f]{36})"', lambda found: f' guid="{{{found[1].upper()}}}"', text
    ),
    "letters as codes": lambda text: (
        text.replace('"Teknologi"', '"t"').replace('"Organisation"', '"Organization"').replace('"Omgivelser"', '"E"')
    ),
    "English names": lambda text: text.replace('"Teknologi"', '"TECHNOLOGY"').replace('"Omgivelser"', '"Environment"'),
    "part of the first line": lambda text: text.replace(
        'startPosition="0" endPosition="45"', 'startPosition="3" endPosition="8"'
    ),
    "the line break too": lambda text: text.replace('endPosition="45"', 'endPosition="46"'),
    "a theme of one's own": lambda text: text.replace('"Datakvalitet"', '"Noget nyt"'),
    "a code below a category": lambda text: re.sub(
        r'(<Code guid="[^"]+" name=)"Teknologi"( [^>]*) />(.*?)</Code>\s*<Code guid="[^"]+" name="Temaer"',
        r'<Code guid="00000000-0000-0000-0000-000000000000" name="Teknologi" isCodable="true">\1"Skyen"\2 /></Code>\3'
        r'</Code><Code guid="00000000-0000-0000-0000-000000000001" name="Temaer"',
        text,
        flags=re.DOTALL,
    ),
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_a_project_of_another_program_is_read_by_names_and_lines(codings, change):
    assert read_codes(edited(refi_project(codings), change), codings).equals(codings["toe"])


@pytest.mark.parametrize("counts_two", [True, False])
def test_the_line_ends_of_windows_are_read_however_positions_count_them(codings, counts_two):
    files = opened(refi_project(codings))
    for name in [name for name in files if name.startswith("sources/")]:
        files[name] = b"\xef\xbb\xbf" + files[name].replace(b"\n", b"\r\n")
    root = ET.fromstring(files["project.qde"])
    for source in root.findall("q:Sources/q:TextSource", NAMES):
        text = files[f"sources/{source.get('guid')}.txt"].decode("utf-8-sig").replace("\r\n", "\n")
        for selection in source.findall("q:PlainTextSelection", NAMES) if counts_two else ():
            for end in ("startPosition", "endPosition"):
                position = int(selection.get(end))
                selection.set(end, str(position + text[:position].count("\n")))
    files["project.qde"] = ET.tostring(root)
    assert read_codes(zipped(files), codings).equals(codings["toe"])


def test_texts_may_stand_in_the_xml_itself(codings):
    def inline(text):
        for name, data in files.items():
            guid = name.removeprefix("sources/").removesuffix(".txt")
            text = re.sub(
                rf'(<TextSource [^>]*)plainTextPath="internal://{guid}.txt"([^>]*>)',
                rf"\1\2<PlainTextContent>{data.decode()}</PlainTextContent>",
                text,
            )
        return text

    files = opened(refi_project(codings))
    assert read_codes(edited(refi_project(codings), inline), codings).equals(codings["toe"])


BESIDE = {
    "a text without codings that cannot be read": lambda text: text.replace(
        "</Sources>", '<TextSource guid="x" name="Noter" richTextPath="internal://x.docx"/></Sources>'
    ),
    "a theme over two lines": lambda text: re.sub(r'(guid="51ce9a07-[^>]* endPosition=)"84"', r'\1"99"', text),
}


@pytest.mark.parametrize("change", BESIDE.values(), ids=BESIDE)
def test_what_says_nothing_of_a_units_category_does_no_harm(codings, change):
    assert read_codes(edited(refi_project(codings), change), codings).equals(codings["toe"])


WRONG = {
    r"lie in one unit, .* found 2 units": lambda text: text.replace('endPosition="45"', 'endPosition="60"'),
    r"found 0 units": lambda text: text.replace(
        'startPosition="0" endPosition="45"', 'startPosition="45" endPosition="46"'
    ),
    r"from 0 to 99999 .* \d+ characters": lambda text: text.replace('endPosition="45"', 'endPosition="99999"'),
    r"cannot read the .qdpx file: invalid literal .*'1e3'": lambda text: text.replace(
        'endPosition="45"', 'endPosition="1e3"'
    ),
    r"found 'Teknik' on the text 'Interview 1'": lambda text: text.replace('"Teknologi"', '"Teknik"'),
    r"code that the project lacks": lambda text: re.sub(r'<Code guid="[^"]+" name="Teknologi"[^>]*>', "", text),
    r"one TOE category for unit 1\.1, found T and E": lambda text: text.replace(
        "</Coding>",
        "</Coding><Coding guid='x'><CodeRef targetGUID='7810f3e7-e673-5572-a0a2-69f2b6610565'/></Coding>",
        1,
    ),
    r"none for 1\.1; code them": lambda text: re.sub(r"<Coding .*?</Coding>", "", text, count=1, flags=re.DOTALL),
    r"'Interview 2' to hold the units": lambda text: re.sub(
        r"(name=\"Interview 2\" )plainTextPath=\"[^\"]+\"([^>]*>)", r"\1\2<PlainTextContent>x</PlainTextContent>", text
    ),
    r"found the path 'absolute:///elsewhere/x.txt'": lambda text: re.sub(
        r"internal://[^\"]+", "absolute:///elsewhere/x.txt", text, count=1
    ),
    r"no DOCTYPE": lambda text: text.replace("<Project ", '<!DOCTYPE Project [<!ENTITY a "aa">]><Project '),
    r"XML that is broken: maximum recursion depth": lambda text: text.replace(
        "</Codes>", "".join(f'<Code guid="{number}">' for number in range(9999)) + "</Code>" * 9999 + "</Codes>"
    ),
    r"at most 1000 texts": lambda text: text.replace("</Sources>", "<TextSource/>" * 1001 + "</Sources>"),
    r"expected a Project of urn:QDA": lambda text: text.replace(PROJECT, "urn:QDA-XML:project:2.0"),
    r"XML that is broken": lambda text: text.replace("</Project>", ""),
    r"at most 10000000 bytes in project\.qde": lambda text: text + " " * 10_000_000,
}


@pytest.mark.parametrize(("message", "change"), WRONG.items(), ids=WRONG)
def test_a_project_that_cannot_be_used_gets_one_clear_message(codings, message, change):
    with pytest.raises(InputError, match=message):
        read_codes(edited(refi_project(codings), change), codings)


def test_a_doctype_is_refused_in_every_way_in_which_xml_is_written(codings):
    files = opened(refi_project(codings))
    text = WRONG["no DOCTYPE"](files["project.qde"].decode()).replace("UTF-8", "UTF-16")
    with pytest.raises(InputError, match="no DOCTYPE"):
        read_codes(zipped(files | {"project.qde": text.encode("utf-16")}), codings)


def test_a_file_that_is_no_project_gets_one_clear_message(codings, tmp_path):
    with pytest.raises(InputError, match=r"cannot read the \.qdpx file"):
        read_codes(b"PK not a zip", codings)
    with pytest.raises(InputError, match=r"cannot read the \.qdpx file"):
        read_codes(tmp_path / "none.qdpx", codings)
    with pytest.raises(InputError, match=r"one project\.qde in the \.qdpx file, found 0"):
        read_codes(zipped({"a.txt": "x"}), codings)
    files = opened(refi_project(codings))
    name = next(name for name in files if name.startswith("sources/"))
    with pytest.raises(InputError, match="at most 200000 bytes"):
        read_codes(zipped(files | {name: b"0" * 200_001}), codings)
    with pytest.raises(InputError, match="text or XML that is broken: 'utf-8'"):
        read_codes(zipped(files | {name: b"\xff"}), codings)


def test_a_project_is_read_without_the_recordings_that_lie_in_it(codings, tmp_path):
    recording = bytes(30_000_000)
    (tmp_path / "a.qdpx").write_bytes(zipped(opened(refi_project(codings)) | {"sources/x.wav": recording}, 0))
    tracemalloc.start()
    assert read_codes(tmp_path / "a.qdpx", codings).equals(codings["toe"])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < len(recording)


@pytest.fixture(scope="module", params=[True, False], ids=["deflated", "stored"])
def whole(request, codings):
    content = refi_project(codings)
    return zipped(opened(content)) if request.param else content


@given(changes=st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_file_is_read_or_refused_but_never_a_traceback(whole, codings, changes):
    content = bytearray(whole)
    for place, value in changes:
        content[-1 - place % len(content)] = value
    with contextlib.suppress(InputError):
        read_codes(bytes(content), codings)

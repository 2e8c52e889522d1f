import doctest
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

SLIPS = {
    "x = q99": "Python kender ikke navnet q99",
    "t['q99']": "Der er ingen kolonne, række eller nøgle, der hedder 'q99'",
    "t[[1, 2]]": "Mangler der anførselstegn",
    "t[['Ja', 'Nej'] == 'Ja']": "Der står False for det hele og ikke for hver række",
    "0.05 ^ 2": "I anden skrives **2 og ikke ^2",
    "np.select([t], ['lille'], default='stor')": "Hver regel skal være en betingelse",
    "np.select([t['a'] == 'Ja'], ['lille'])": 'default="ingen regel"',
    "[12, 45] >= 20": "Brug kolonnen i tabellen, eller tag én ting ad gangen",
    "t['a'] == 'Ja' & t['b'] == 'Nej'": "Sæt parentes om hver betingelse",
    "(t['a'] == 'Ja') and (t['b'] == 'Nej')": "Sæt parentes om hver betingelse",
    "(t['a'] == 'Ja') & (t['b'] == 'Ja').sum() / 2": "Sæt parentes om hver betingelse",
    "t[not (t['a'] == 'Ja')]": "og ~ (ikke)",
    "t['a'] == 'Ja'.sum()": "Her står .sum lige efter en tekst",
    "(t['a'] == 'Ja')['q08']": "er en tabel og ikke kun en betingelse",
    "x = [].append(1)\nx.append(2)": "append og print giver ikke noget tilbage",
    "t['a'].notna.sum()": "Der mangler ( ) efter funktionen foran .sum",
    "t.sumx()": "Der er ikke noget, der hedder .sumx",
    "t.shape()": "Du har sat ( ) efter noget, der ikke er en funktion",
    "t[t['a'] == 'Ja', 'b']": "så sæt .loc foran [ ]",
    "for antal in 4: pass": "Her skal stå en liste, en kolonne eller en tabel",
    "len(t['a'].count())": "Her skal stå en liste, en kolonne eller en tabel",
    "x = [7, 4]\nx[40, 60]": "mellem to lister skal der være komma",
    "[]['7/11'] = 0.2": "så brug en ordbog",
    "len[t]": "Du har sat [ ] efter noget, man ikke kan slå op i",
    "[1, 2][2]": "Python tæller fra 0",
    "np.arange(2)[np.array([0.2, 0.01])]": "Mangler der en sammenligning",
    "np.arange(2)[np.array([True, False, True])]": "ikke lige lange",
    "f'{fisher_exact([[7, 4], [40, 60]]):.3f}'": "Her skal stå ét tal",
    "f'{cohens_kappa([[3, 1], [0, 2]]):.3f}'": ".kappa efter cohens_kappa",
    "f'{100 * \"0,05\":.1f}'": "Her skal stå ét tal",
    "fisher_exact([7, 4], [40, 60])": "én liste af to rækker",
    "fisher_exact([[7, pd.Series([4, 5])], [40, 60]])": "Der står en hel kolonne, hvor der skal stå ét tal",
    "(t['a'] == 'Ja') / (t['b'] == 'Ja')": "Man kan ikke dele sand/falsk",
    "proportion_confint(4, 48, method='Wilson')": "Den metode findes ikke",
    "1 / 0": "Du dividerer med nul. Har et filter taget alt væk",
    "'a' + 1": "ting, der ikke passer sammen",
    "x = 0,5\nx * 2.0": "Har du skrevet komma i et decimaltal?",
    "len(...)": "Der står stadig ...",
    "pd.crosstab(..., ...)": "Der står stadig ...",
    "t.drop(columns=[...])": "Der står stadig ...",
    "t.isin()": "Funktionen har fået for lidt, for meget eller noget forkert",
    "t['c'] = [1, 2, 3]": "ikke lige lange",
    "float('0,5')": "Decimaltal skal skrives med punktum",
    "100 · 64 / 111": "Tegnet '·' kan Python ikke læse",
    "t[“a”]": "lige anførselstegn",
    "1\u00a0+ 1": "Tegnet U+00A0 kan Python ikke læse",
    "print('a": "Python kan ikke læse linjen",
    "for i in [1]:\nprint(i)": "Linjerne inde i en løkke skal rykkes fire mellemrum ind",
    "open('ark.xlsx')": "Filen findes ikke",
    "import pakken_der_mangler": "Pakken pakken_der_mangler findes ikke",
    "b'\\xe6'.decode()": "Filen er ikke gemt som UTF-8. Ender den på .xlsx, så læs den med pd.read_excel",
    "raise type('CalamineError', (Exception,), {})": "Ender filen på .csv, så læs den med pd.read_csv",
    "raise pd.errors.IndexingError": "Betingelsen er lavet af en anden tabel",
    "raise PermissionError": "Er den åben i Excel",
    "raise KeyboardInterrupt": "Cellen blev afbrudt",
    "raise RuntimeError('odd')": "Noget gik galt i denne celle",
}


@pytest.mark.parametrize("cell", SLIPS)
def test_an_ordinary_slip_gets_a_danish_sentence_above_pythons_own(cell, classroom):
    names = {"t": pd.DataFrame({"a": ["Ja", "Nej"], "b": ["Nej", "Ja"]}), "pd": pd, "np": np}
    names |= {"fisher_exact": fisher_exact, "proportion_confint": proportion_confint, "cohens_kappa": cohens_kappa}
    with pytest.raises(BaseException) as found:  # noqa: PT011 - an interrupted cell too
        exec(compile(cell, "cell", "exec"), names)
    danish, *rest = classroom.dansk.forklar(found.value, found.tb, names).splitlines()
    assert SLIPS[cell] in danish
    assert rest[-1].startswith(f"Python siger: {found.typename}")


def test_there_is_a_slip_for_every_rule(classroom):
    for _, _, sentence in classroom.dansk.REGLER:
        before, _, after = sentence.partition("{0}")
        assert any(part in before or part in after or part.startswith(before) for part in SLIPS.values()), sentence


@pytest.mark.parametrize("helper", ["dansk", "hjaelp"])
def test_the_examples_in_the_students_files_are_true(helper, classroom):
    found = doctest.testmod(getattr(classroom, helper))
    assert (found.failed, found.attempted > 0) == (0, True)


def in_ipython(classroom, cells):
    command = [sys.executable, "-m", "IPython", "--InteractiveShellApp.extensions=dansk"]
    command += ["--HistoryManager.enabled=False", "-c", cells]
    return subprocess.run(command, cwd=classroom.folder, capture_output=True, encoding="utf-8").stdout


def test_in_ipython_the_sentence_replaces_the_traceback_and_names_the_students_own_line(classroom):
    said = in_ipython(classroom, "import pandas as pd\nt = pd.DataFrame({'a': [1]})\nt['q99'].sum()")
    assert said.splitlines() == [
        "Der er ingen kolonne, række eller nøgle, der hedder 'q99'. Se efter stavning, mellemrum og store bogstaver, "
        "og om det, du slår op i, er en tabel og ikke kun en betingelse.",
        "Linje 3 i cellen: t['q99'].sum()",
        "Python siger: KeyError: 'q99'",
    ]


def test_a_warning_is_told_in_danish_too(classroom):
    said = in_ipython(classroom, "import warnings\nwarnings.warn('all-NaN slice')\nprint('videre')")
    assert said.startswith("Python advarer, men cellen er kørt.")
    assert said.endswith("(all-NaN slice)\nvidere\n")


def test_what_ends_in_an_error_of_its_own_is_not_warned_of_first(classroom):
    assert in_ipython(classroom, "0.5(1 - 0.5)").startswith("Du har sat ( ) efter noget, der ikke er en funktion.")
    assert in_ipython(classroom, "[[7, 4] [40, 60]]").startswith("Det, der står i [ ] lige efter en liste")

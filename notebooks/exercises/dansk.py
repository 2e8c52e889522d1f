"""Sætter en dansk sætning over Pythons engelske fejlbeskeder: hvad der er galt, i hvilken linje, og hvad du kan gøre.

Slås til, når ``tjek`` hentes i den første celle, og af ``start.py``, allerede når kernen starter.
"""

import linecache
import re
import sys
import types
import warnings

PRIKKER = (
    "Der står stadig ... her eller i en celle ovenfor. Erstat de tre prikker med din egen kode, og kør cellen igen."
)
PARENTESER = (
    "Sæt parentes om hver betingelse, og brug & (og), | (eller) og ~ (ikke), ikke and, or og not: "
    '(tabel["a"] == "Ja") & (tabel["b"] == "Nej").'
)
ULIGE = "De to, du sætter sammen, er ikke lige lange. Kommer de fra samme tabel?"
KOMMA = "Har du skrevet komma i et decimaltal? I koden skal der stå punktum: 0.083."
UKENDT = "Noget gik galt i denne celle. Læs linjen nedenfor, og sammenlign den med eksemplet i opgaven."

#: Fejlens navn, hvad dens besked skal indeholde, og hvad vi siger. Den første, der passer, gælder.
REGLER = (
    ("", "(?i)ellipsis", PRIKKER),
    ("NameError", r"name '(\w+)'", "Python kender ikke navnet {0}. Kør cellen, hvor det bliver lavet (er kernen "
     "genstartet, så vælg Run, Run All Above Selected Cell). Ellers se efter en slåfejl, og om det er en tekst, som "
     "mangler anførselstegn."),
    ("KeyError", "^(True|False)$", "Der står {0} for det hele og ikke for hver række. Lav betingelsen af en kolonne i "
     'tabellen: tabel["a"] == "Ja".'),
    ("KeyError", "None of", "Det, der står i [ ], er ikke navne på kolonner. Mangler der anførselstegn, eller er et "
     'navn stavet forkert? Skriv tabel["a"].'),
    ("KeyError", "(.+)", "Der er ingen kolonne, række eller nøgle, der hedder {0}. Se efter stavning, mellemrum og "
     "store bogstaver, og om det, du slår op i, er en tabel og ikke kun en betingelse."),
    ("AttributeError", r"'str' object.*'(\w+)'", "Her står .{0} lige efter en tekst. Mangler der en parentes om hele "
     'betingelsen? Skriv for eksempel (tabel["a"] == "Ja").sum(). Har du skrevet = i stedet for ==, så ret det, og kør '
     "notebooken forfra: kolonnen er blevet overskrevet."),
    ("AttributeError", r"'NoneType' object.*'(\w+)'", "Her står .{0} efter noget, der er tomt (None). append og print "
     "giver ikke noget tilbage: skriv liste.append(værdi), og ikke liste = foran."),
    ("AttributeError", r"(?:function|method)' object.*'(\w+)'", "Der mangler ( ) efter funktionen foran .{0}: skriv "
     "for eksempel .notna().sum()."),
    ("AttributeError", r"attribute '(\w+)'", "Der er ikke noget, der hedder .{0}, på det, du bruger. Se efter "
     "stavningen, og om det er den rigtige variabel."),
    ("IndexError", "used as indices", "Det, der står i [ ], skal være en betingelse, som er sand eller falsk for hver "
     "plads. Mangler der en sammenligning, for eksempel < 0.05?"),
    ("IndexError", "boolean index", ULIGE),
    ("IndexError", "", "Listen har ingen plads med det nummer, du har skrevet i [ ]. Python tæller fra 0: den sidste "
     "af tre er nummer 2."),
    ("", "format (code|string)", "Her skal stå ét tal, og det er en tekst eller flere tal. Skriv tal uden "
     "anførselstegn, og sæt .pvalue efter en test og .kappa efter cohens_kappa."),
    ("TypeError", "not callable", "Du har sat ( ) efter noget, der ikke er en funktion. En kolonne eller en plads i en "
     "liste skrives med [ ], og .shape skal ingen parentes have. Vil du gange, så skriv *: p * (1 - p)."),
    ("TypeError", "not subscriptable", "Du har sat [ ] efter noget, man ikke kan slå op i: en funktion skal have ( ), "
     "og et enkelt tal skal ingenting have."),
    ("TypeError", "'r?(?:and|or)_'|for &|for \\||operation 'and'|operation 'or'", PARENTESER),
    ("TypeError", r"for \^", "I anden skrives **2 og ikke ^2: 0.05**2."),
    ("TypeError", "condlist", "Hver regel skal være en betingelse, som er sand eller falsk for hver række: "
     '(tabel["a"] == "Ja"). Den må hverken være talt sammen med .sum() eller sat i [ ] efter tabellen.'),
    ("TypeError", "default value", 'Skriv også, hvad de andre rækker skal hedde: default="ingen regel".'),
    ("TypeError", "argument", "Funktionen har fået for lidt, for meget eller noget forkert i parentesen. Sammenlign "
     "med eksemplet i opgaven. Komma i et decimaltal gør det til to: skriv punktum, 0.083."),
    ("TypeError", "not iterable|no len", "Her skal stå en liste, en kolonne eller en tabel, og det er ikke det, du har "
     "sat ind. Et enkelt tal kan man ikke tælle eller løbe igennem."),
    ("TypeError", "indices must be", "Det, der står i [ ] lige efter en liste, skal være ét helt nummer: liste[3]. "
     "Skal du slå et navn op, så brug en ordbog, { }. Og mellem to lister skal der være komma."),
    ("TypeError", "'list'", "Man kan ikke sammenligne eller regne med en hel liste på én gang. Brug kolonnen i "
     "tabellen, eller tag én ting ad gangen med en løkke."),
    ("TypeError", "tuple|sequence", KOMMA),
    ("TypeError", "", "Du regner med eller sammenligner ting, der ikke passer sammen, for eksempel et tal og en "
     "tekst. Se efter, hvad der er i hver variabel."),
    ("ValueError", "truth value", PARENTESER),
    ("ValueError", "scalar", "Her skal være kolonner. " + PRIKKER),
    ("ValueError", "inhomogeneous", "Der står en hel kolonne, hvor der skal stå ét tal. Hent tallet i den række, det "
     "gælder, med [ ] efter kolonnen."),
    ("ValueError", "two dimensions", "Tabellen skal være én liste af to rækker, med dobbelte [ ]: [[1, 2], [3, 4]]."),
    ("ValueError", "(?i)length|broadcast|shape", ULIGE),
    ("ValueError", "convert", "En tekst kan ikke laves om til et tal. Decimaltal skal skrives med punktum: 0.083."),
    ("InvalidIndexError", "", "Vil du vælge både rækker og en kolonne, så sæt .loc foran [ ]: "
     'tabel.loc[betingelse, "a"].'),
    ("IndexingError", "", "Betingelsen er lavet af en anden tabel end den, du vælger fra. Brug samme tabel begge "
     "steder."),
    ("IndentationError", "", "Linjerne inde i en løkke skal rykkes fire mellemrum ind, og alle andre skal begynde "
     "helt ude til venstre."),
    ("SyntaxError", "leading zeros", KOMMA),
    ("SyntaxError", r"invalid (?:non-printable )?character (\S+)", "Tegnet {0} kan Python ikke læse; er det kopieret "
     "fra en tekst? Skriv det selv: * for gange, - for minus, >= for mindst og lige anførselstegn."),
    ("SyntaxError", "", "Python kan ikke læse linjen. Se efter, om der mangler en parentes, et anførselstegn, et "
     "komma eller et kolon, og om der står = i stedet for ==."),
    ("ZeroDivisionError", "", "Du dividerer med nul. Har et filter taget alt væk, eller begynder en range ved 0?"),
    ("FileNotFoundError", "", "Filen findes ikke. Se efter navnet, og om den ligger i mappen data."),
    ("PermissionError", "", "Filen er låst. Er den åben i Excel, så gem og luk den, og kør cellen igen."),
    ("ModuleNotFoundError", r"named '([\w.]+)'", "Pakken {0} findes ikke i dette Python. Luk JupyterLab, og start den "
     "igen med start.cmd eller uv run start.py."),
    ("NotImplementedError", "bool", "Man kan ikke dele sand/falsk. Tæl først de sande med .sum()."),
    ("NotImplementedError", "method", "Den metode findes ikke. Skriv navnet, som det står i eksemplet, med små "
     "bogstaver."),
    ("UnicodeDecodeError", "", "Filen er ikke gemt som UTF-8. Ender den på .xlsx, så læs den med pd.read_excel; er det "
     "en .csv, så gem den fra Excel som .xlsx, og læs den sådan."),
    ("CalamineError", "", "Excel-arket kan ikke læses. Ender filen på .csv, så læs den med pd.read_csv; ellers gem den "
     "igen som .xlsx, luk den i Excel, og kør cellen igen."),
    ("KeyboardInterrupt", "", "Cellen blev afbrudt. Kør den igen, når du er klar."),
)  # fmt: skip


class Stop(Exception):  # noqa: N818 - it is no error, and students see the name
    """Ender cellen med et venligt ord i stedet for en lang fejlmelding."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def saetning(fejl: BaseException) -> str:
    """Sig på dansk, hvad der er galt, og hvad man kan gøre.

    >>> saetning(IndexError("list index out of range"))
    'Listen har ingen plads med det nummer, du har skrevet i [ ]. Python tæller fra 0: den sidste af tre er nummer 2.'
    """
    navne = {slags.__name__ for slags in type(fejl).__mro__}
    for navn, moenster, dansk in REGLER:
        fundet = re.search(moenster, str(fejl))
        if fundet and (not navn or navn in navne):
            return dansk.format(*fundet.groups()) if fundet.groups() else dansk
    return UKENDT


def forklar(fejl: BaseException, spor: types.TracebackType | None, cellens_navne: dict) -> str:
    """Skriv den danske sætning, linjen i den studerendes celle og til sidst det, Python selv siger."""
    linje = _linje(fejl, spor, cellens_navne)
    sagt = str(getattr(fejl, "msg", None) or fejl).split("\n")[0]
    return "\n".join([saetning(fejl), *linje, f"Python siger: {type(fejl).__name__}: {sagt}".removesuffix(": ")])


def _linje(fejl: BaseException, spor: types.TracebackType | None, cellens_navne: dict) -> list[str]:
    """Find den sidste linje, som den studerende selv har skrevet, og ikke en linje inde i et bibliotek."""
    if isinstance(fejl, SyntaxError):
        nummer, tekst = fejl.lineno, fejl.text or ""
    else:
        nummer, tekst = None, ""
        while spor is not None:
            if spor.tb_frame.f_globals is cellens_navne:
                nummer = spor.tb_lineno
                tekst = linecache.getline(spor.tb_frame.f_code.co_filename, nummer)
            spor = spor.tb_next
    return [f"Linje {nummer} i cellen: {tekst.strip()}"] if nummer and tekst.strip() else []


def _vis(
    shell: object, slags: type, fejl: BaseException, spor: types.TracebackType, tb_offset: int | None = None
) -> None:
    stop = fejl if isinstance(fejl, Stop) else Stop(forklar(fejl, spor, shell.user_global_ns))
    shell.showtraceback((type(stop), stop, spor))
    sys.last_type, sys.last_value, sys.last_traceback = slags, fejl, spor  # så %tb viser det hele for den, der vil


def _advar(besked: Warning | str, *_: object, **__: object) -> None:
    print(f"Python advarer, men cellen er kørt. Er resultatet, som du regnede med? ({besked})")


def load_ipython_extension(shell: object) -> None:
    """Slå den danske sætning til i denne kerne."""
    shell.set_custom_exc((Exception, KeyboardInterrupt), _vis)
    warnings.showwarning = _advar
    warnings.filterwarnings("ignore", ".*missed a comma", SyntaxWarning)  # 0.5(1 - 0.5): fejlen siger det selv

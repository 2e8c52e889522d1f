"""Det, som opgaverne låner: find en fil, skriv tal på dansk, tegn figurerne og lav en skyder."""

from collections.abc import Callable, Sequence
from pathlib import Path

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from dansk import PRIKKER, Stop
from IPython.display import display
from matplotlib.ticker import FuncFormatter

SYNTETISK = "Syntetiske data: siger intet om virkelige virksomheder."
FARVER = ("#0072B2", "#E69F00", "#009E73", "#56B4E9")
STREGER = ("-", "--", "-.", ":")
KODER = ["T", "O", "E"]
#: Det, en skyder hedder, når det ikke kan skrives som et navn i Python.
SKYDERNAVNE = {"di_basis": "DI's basis"}


def fil(navn: str) -> Path:
    """Find en datafil ved siden af notebooken, eller i projektet, når læreren arbejder dér."""
    her = Path(__file__).resolve().parent
    i_projektet = her.parent.parent / "build" / "teaching" / "student" / "data"
    for mappe in (her / "data", i_projektet):
        if (mappe / navn).is_file():
            return mappe / navn
    raise Stop(
        f"Filen data/{navn} mangler. Er det dit eget ark, så se efter, om det ligger i mappen data og hedder præcis "
        "det. Ellers ligger du måske stadig inde i zip-filen: pak hele zip-filen ud i en mappe, og åbn notebooken "
        "derfra. (I projektet selv: kør først python run_all.py teach.)"
    )


def tal(vaerdi: float, decimaler: int = 3) -> str:
    """Skriv et tal med decimalkomma.

    >>> tal(0.125)
    '0,125'
    """
    if vaerdi is ...:
        raise Stop(PRIKKER)
    return f"{vaerdi:.{decimaler}f}".replace(".", ",")


def procent(andel: float, decimaler: int = 1) -> str:
    """Skriv en andel i procent.

    >>> procent(0.125)
    '12,5 %'
    """
    return f"{tal(andel if andel is ... else 100 * andel, decimaler)} %"


def enighedstabel(et_ark: pd.DataFrame, et_andet: pd.DataFrame) -> pd.DataFrame:
    """Læg to kodninger sammen, enhed for enhed, og tæl, hvor tit de to har valgt hver kode.

    Alle tre koder er med, også en, som ingen af dem har brugt, for så passer tabellen til `cohens_kappa`.
    """
    if et_ark is ... or et_andet is ...:
        raise Stop(PRIKKER)
    begge = et_ark.merge(et_andet, on=["interview", "unit"], suffixes=("_1", "_2"))
    koder = begge[["toe_1", "toe_2"]].apply(lambda kolonne: kolonne.astype(str).str.strip().str.upper())
    kodet = koder[koder.isin(KODER).all(axis=1)]
    if kodet.empty:
        raise Stop("Ingen enhed har koden T, O eller E i begge ark. Se efter i arket, hvad der står under toe.")
    if len(kodet) < len(begge):
        print(f"Kun {len(kodet)} af {len(begge)} enheder har koden T, O eller E i begge ark; de andre tæller ikke med.")
    tabel = pd.crosstab(kodet["toe_1"], kodet["toe_2"])
    return tabel.reindex(index=KODER, columns=KODER, fill_value=0)


# Så viser alle tabeller i opgaverne decimalkomma.
pd.options.display.float_format = tal
pd.options.display.max_colwidth = None


def tegn_andele(
    navne: Sequence[str],
    andele: Sequence[float],
    nedre: Sequence[float] | None = None,
    oevre: Sequence[float] | None = None,
    kilde: str = SYNTETISK,
    x_navn: str = "andel af virksomhederne, med 95 %-konfidensinterval",
) -> None:
    """Tegn andele som vandrette søjler fra nul, med deres konfidensintervaller, hvis de er givet."""
    figur, akse = plt.subplots(figsize=(6.4, 0.4 * len(navne) + 1.3), layout="constrained")
    akse.barh(navne, andele, color=FARVER[3])
    if nedre is not None:
        fra, til = np.subtract(andele, nedre), np.subtract(oevre, andele)
        akse.errorbar(andele, navne, xerr=[fra, til], fmt="none", ecolor="#222222", capsize=4)
    akse.invert_yaxis()
    akse.set_xlim(left=0)
    akse.xaxis.set_major_formatter(FuncFormatter(lambda vaerdi, sted: f"{_komma(100 * vaerdi, sted)} %"))
    dele = (f"{navn}: {procent(andel)}" for navn, andel in zip(navne, andele, strict=True))
    _faerdig(figur, akse, x_navn, kilde, f"Søjler. {'; '.join(dele)}.")


def tegn_linjer(
    linjer: dict[str, tuple],
    x_navn: str,
    y_navn: str,
    kilde: str,
    graense: float | None = None,
    graense_navn: str = "",
) -> None:
    """Tegn en eller flere linjer: navn til (x-værdier, y-værdier), med en vandret grænse, hvis der er en."""
    figur, akse = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
    for nummer, (navn, (x, y)) in enumerate(linjer.items()):
        akse.plot(x, y, label=navn, color=FARVER[nummer % 4], linestyle=STREGER[nummer % 4], linewidth=2)
    if graense is not None:
        akse.axhline(graense, color="#222222", linewidth=1)
        akse.annotate(graense_navn, (1, graense), xycoords=("axes fraction", "data"), ha="right", va="bottom")
    akse.set_ylim(bottom=0)
    akse.set_ylabel(y_navn)
    akse.yaxis.set_major_formatter(FuncFormatter(_komma))
    akse.legend(frameon=False)
    dele = (f"{navn}: fra {tal(y[0])} til {tal(y[-1])}" for navn, (_, y) in linjer.items())
    _faerdig(figur, akse, x_navn, kilde, f"{y_navn} mod {x_navn}. {'; '.join(dele)}.")


def tegn_fordeling(
    vaerdier: Sequence[int], sandsynligheder: Sequence[float], taeller_med: Sequence[bool], x_navn: str, kilde: str
) -> None:
    """Tegn en fordeling som søjler; de mørke er dem, der tæller med i p-værdien."""
    figur, akse = plt.subplots(figsize=(6.4, 3), layout="constrained")
    farver = [FARVER[0] if med else "#D5D5D5" for med in taeller_med]
    akse.bar(list(vaerdier), list(sandsynligheder), color=farver, edgecolor="#595959")
    akse.set_ylabel("sandsynlighed")
    akse.yaxis.set_major_formatter(FuncFormatter(_komma))
    med = [str(vaerdi) for vaerdi, taeller in zip(vaerdier, taeller_med, strict=True) if taeller]
    _faerdig(figur, akse, x_navn, kilde, f"Fordeling. I p-værdien tæller {', '.join(med)} med.")


def skyder(tegn: Callable, **graenser: tuple[int, int, int]) -> ipywidgets.VBox:
    """Lav en skyder for hvert navn: (mindste, største, start). Figuren tegnes igen, når du trækker."""
    skydere = {
        navn: ipywidgets.IntSlider(
            value=start,
            min=mindst,
            max=stoerst,
            description=SKYDERNAVNE.get(navn, navn.replace("_", " ")),
            continuous_update=False,
            style={"description_width": "12em"},
            layout={"width": "34em"},
        )
        for navn, (mindst, stoerst, start) in graenser.items()
    }
    return ipywidgets.VBox([*skydere.values(), ipywidgets.interactive_output(tegn, skydere)])


def _faerdig(figur: plt.Figure, akse: plt.Axes, x_navn: str, kilde: str, beskrivelse: str) -> None:
    """Skriv under figuren, hvor tallene er fra, og vis den med en beskrivelse for den, der ikke kan se den."""
    akse.spines[["top", "right"]].set_visible(False)
    akse.set_xlabel(x_navn)
    figur.supxlabel(kilde, x=0.01, ha="left", fontsize=8, color="#595959")
    display(figur, metadata={"image/png": {"alt": f"{beskrivelse} {kilde}"}})
    plt.close(figur)


def _komma(vaerdi: float, _: int) -> str:
    return f"{vaerdi:g}".replace(".", ",")

"""Det, som opgaverne låner: find en fil, skriv tal på dansk, tegn figurerne og lav en skyder."""

from collections.abc import Callable, Iterable
from pathlib import Path

import ipywidgets
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from matplotlib.ticker import FuncFormatter
from tjek import Stop

SYNTETISK = "Syntetiske data: siger intet om virkelige virksomheder."
FARVER = ("#0072B2", "#E69F00", "#009E73", "#56B4E9")
STREGER = ("-", "--", "-.", ":")


def fil(navn: str) -> Path:
    """Find en datafil ved siden af notebooken, eller i projektet, når læreren arbejder dér."""
    her = Path(__file__).parent
    for mappe in (her / "data", her.parents[1] / "build" / "teaching" / "student" / "data" if len(her.parents) > 1 else her):
        if (mappe / navn).is_file():
            return mappe / navn
    raise Stop(
        f"Filen data/{navn} mangler. Ligger du stadig inde i zip-filen? Pak hele zip-filen ud i en mappe, og åbn "
        "notebooken derfra. (I projektet selv: kør først python run_all.py teach.)"
    )


def tal(vaerdi: float, decimaler: int = 3) -> str:
    """Skriv et tal med decimalkomma.

    >>> tal(0.0833)
    '0,083'
    """
    return f"{vaerdi:.{decimaler}f}".replace(".", ",")


def procent(andel: float, decimaler: int = 1) -> str:
    """Skriv en andel i procent.

    >>> procent(4 / 48)
    '8,3 %'
    """
    return f"{tal(100 * andel, decimaler)} %"


# Så viser alle tabeller i opgaverne decimalkomma.
pd.options.display.float_format = tal


def tegn_andele(navne: Iterable[str], andele: Iterable[float], nedre: Iterable[float], oevre: Iterable[float]) -> None:
    """Tegn andele som vandrette søjler fra nul, med deres konfidensintervaller."""
    navne, andele = list(navne), list(andele)
    figur, akse = plt.subplots(figsize=(6.4, 0.55 * len(navne) + 1.2), layout="constrained")
    afstande = [
        [a - n for a, n in zip(andele, nedre, strict=True)],
        [o - a for a, o in zip(andele, oevre, strict=True)],
    ]
    akse.barh(navne, andele, color=FARVER[3], xerr=afstande, ecolor="#222222", capsize=4)
    akse.invert_yaxis()
    _faerdig(figur, akse, "andel af virksomhederne, med 95 %-konfidensinterval", procent_paa="x")


def tegn_linjer(
    linjer: dict[str, tuple], x_navn: str, y_navn: str, graense: float | None = None, graense_navn: str = ""
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
    akse.legend(frameon=False)
    _faerdig(figur, akse, x_navn)


def tegn_fordeling(vaerdier: Iterable[int], sandsynligheder: Iterable[float], taeller_med: Iterable[bool], x_navn: str) -> None:
    """Tegn en fordeling som søjler; de mørke er dem, der tæller med i p-værdien."""
    figur, akse = plt.subplots(figsize=(6.4, 3), layout="constrained")
    farver = [FARVER[0] if med else "#D5D5D5" for med in taeller_med]
    akse.bar(list(vaerdier), list(sandsynligheder), color=farver, edgecolor="#595959")
    akse.set_ylabel("sandsynlighed")
    _faerdig(figur, akse, x_navn)


def skyder(tegn: Callable, **graenser: tuple[int, int, int]) -> ipywidgets.VBox:
    """Lav en skyder for hvert navn: (mindste, største, start). Figuren tegnes igen, når du trækker."""
    skydere = {
        navn: ipywidgets.IntSlider(
            value=start, min=mindst, max=stoerst, description=navn.replace("_", " "), continuous_update=False,
            style={"description_width": "12em"}, layout={"width": "34em"},
        )
        for navn, (mindst, stoerst, start) in graenser.items()
    }
    return ipywidgets.VBox([*skydere.values(), ipywidgets.interactive_output(tegn, skydere)])


def _faerdig(figur: plt.Figure, akse: plt.Axes, x_navn: str, procent_paa: str = "") -> None:
    """Sæt fælles ting på en figur og vis den."""
    akse.spines[["top", "right"]].set_visible(False)
    akse.set_xlabel(x_navn)
    akse.yaxis.set_major_formatter(FuncFormatter(_komma)) if akse.get_ylabel() else None
    if procent_paa == "x":
        akse.set_xlim(left=0)
        akse.xaxis.set_major_formatter(FuncFormatter(lambda v, _: procent(v, 0)))
    display(figur)
    plt.close(figur)


def _komma(vaerdi: float, _: int) -> str:
    return f"{vaerdi:g}".replace(".", ",")

"""Lærerens side af tjekket: låser facit og de kendte fejl. Kommer ikke med i de studerendes mappe."""

import hashlib
import json
from collections.abc import Callable

import tjek

PROCENT = "Det er i procent. Skriv andelen som et tal mellem 0 og 1."
PROCENTER = "Det er i procent. Skriv tallene som tal mellem 0 og 1."
DECIMALER = "Du har rundet for meget af. Brug alle de decimaler, som Python regner med."


def laas(
    opgave: str, svar: object, ros: str, fejl: tuple | list = (), decimaler: int = 3, ordnet: bool = False
) -> None:
    """Lås et svar med sin ros og hver kendt fejl med sit vink, og skriv låsen som JSON til `teach`.

    `fejl` er par af en forkert værdi, som er regnet ud i cellen, og det vink, den skal give. For en andel, og for
    en liste eller ordbog af andele, kommer de to almindeligste fejl af sig selv: svar i procent, og for få decimaler.
    Er svaret `ordnet`, tæller rækkefølgen med (se `tjek.kanonisk`).

    Stopper med ValueError, hvis to værdier ser ens ud for tjekket, eller hvis svaret ligger så tæt på en
    afrundingsgrænse, at en studerende med én decimal mere ville få nej.
    """

    def form_af(vaerdi: object) -> str:
        return tjek.kanonisk(vaerdi, decimaler, ordnet)

    former = {form_af(svar): (svar, ros)}
    if form_af(_kortet(svar, decimaler + 1)) not in former:
        raise ValueError(f"{opgave}: {svar} ligger på en afrundingsgrænse; vælg et andet antal decimaler")
    for forkert, vink in fejl:
        form = form_af(forkert)
        if form in former:
            raise ValueError(f"{opgave}: fejlen {forkert} ser ud som {former[form][0]}")
        former[form] = (forkert, vink)
    if _er_andele(svar):
        procenter = _hver(svar, lambda andel: 100 * andel)
        procent = PROCENT if isinstance(svar, float) else PROCENTER
        forkerte = [(procenter, procent), *((_kortet(procenter, antal), procent) for antal in (2, 1, 0))]
        forkerte = [par for par in forkerte if par[0] not in (0, 1)]  # det kan være svar på noget andet
        for forkert, vink in (*forkerte, (_kortet(svar, 2), DECIMALER)):
            former.setdefault(form_af(forkert), (forkert, vink))
    salt = hashlib.sha256(f"opgave {opgave}".encode()).hexdigest()[:32]
    tekster = []
    for form, (_, tekst) in former.items():
        noegle = tjek.afled(form, salt)
        tekster.append([tjek.maerke_af(noegle), tjek.bland(tekst.encode(), noegle).hex()])
    slags = "et helt tal" if isinstance(_simpel(svar), int) else tjek.slags(svar)
    uordnet = tjek.maerke_af(tjek.afled(tjek.kanonisk(svar, decimaler), salt)) if ordnet else None
    laasen = {"salt": salt, "decimaler": decimaler, "slags": slags, "uordnet": uordnet, "tekster": tekster}
    tjek.LAASE[opgave] = laasen
    kendte = [[_vist(forkert), vink] for forkert, vink in fejl]
    print(json.dumps({"opgave": opgave, "svar": _vist(svar), "fejl": kendte, "laas": laasen}, ensure_ascii=False))


def _kortet(svar: object, decimaler: int) -> object:
    """Rund et svar af, som en studerende kunne gøre det."""
    return _hver(svar, lambda tal: round(tal, decimaler))


def _hver(svar: object, regn: Callable[[float], float]) -> object:
    """Regn på hvert decimaltal i et svar."""
    svar = _simpel(svar)
    if isinstance(svar, dict):
        return {navn: _hver(indhold, regn) for navn, indhold in svar.items()}
    if isinstance(svar, list):
        return [_hver(del_, regn) for del_ in svar]
    return regn(svar) if isinstance(svar, float) else svar


def _er_andele(svar: object) -> bool:
    """Sig, om et svar er en andel eller en forskel mellem to, eller en liste eller ordbog af dem."""
    svar = _simpel(svar)
    dele = list(svar.values()) if isinstance(svar, dict) else svar if isinstance(svar, list) else [svar]
    return bool(dele) and all(isinstance(del_, float) and 0 < abs(del_) < 1 for del_ in dele)


def _simpel(svar: object) -> object:
    """Gør pandas og numpy til almindelige tal, lister og ordbøger."""
    for navn in ("to_dict", "tolist"):
        if hasattr(svar, navn):
            svar = getattr(svar, navn)()
    return svar


def _vist(svar: object) -> str:
    """Skriv et svar, som læreren kan læse det."""
    svar = _simpel(svar)
    if isinstance(svar, float):
        return f"{svar:.6g}".replace(".", ",")
    if isinstance(svar, dict):
        return "; ".join(f"{navn}: {_vist(indhold)}" for navn, indhold in svar.items())
    if isinstance(svar, list | tuple | set):
        return "; ".join(_vist(del_) if not isinstance(del_, tuple) else "/".join(map(_vist, del_)) for del_ in svar)
    return str(svar)

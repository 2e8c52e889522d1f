"""Lærerens side af tjekket: låser facit og de kendte fejl. Kommer ikke med i de studerendes mappe."""

import hashlib
import json

import tjek

PROCENT = "Det er i procent. Skriv andelen som et tal mellem 0 og 1."
DECIMALER = "Du har rundet for meget af. Brug alle de decimaler, som Python regner med."


def laas(opgave: str, svar: object, ros: str, fejl: tuple | list = (), decimaler: int = 3) -> None:
    """Lås et svar med sin ros og hver kendt fejl med sit vink, og skriv låsen som JSON til `teach`.

    `fejl` er par af en forkert værdi, som er regnet ud i cellen, og det vink, den skal give. For en andel kommer de to
    almindeligste fejl af sig selv: svar i procent, og for få decimaler.

    Stopper med ValueError, hvis to værdier ser ens ud for tjekket, eller hvis svaret ligger så tæt på en
    afrundingsgrænse, at en studerende med én decimal mere ville få nej.
    """
    former = {tjek.kanonisk(svar, decimaler): (svar, ros)}
    if tjek.kanonisk(_kortet(svar, decimaler + 1), decimaler) not in former:
        raise ValueError(f"{opgave}: {svar} ligger på en afrundingsgrænse; vælg et andet antal decimaler")
    for forkert, vink in fejl:
        form = tjek.kanonisk(forkert, decimaler)
        if form in former:
            raise ValueError(f"{opgave}: fejlen {forkert} ser ud som {former[form][0]}")
        former[form] = (forkert, vink)
    if isinstance(svar, float) and 0 < svar < 1:
        for forkert, vink in ((100 * svar, PROCENT), (round(100 * svar, 1), PROCENT), (round(svar, 2), DECIMALER)):
            former.setdefault(tjek.kanonisk(forkert, decimaler), (forkert, vink))
    salt = hashlib.sha256(f"opgave {opgave}".encode()).hexdigest()[:32]
    tekster = []
    for form, (_, tekst) in former.items():
        noegle = tjek.afled(form, salt)
        tekster.append([tjek.maerke_af(noegle), tjek.bland(tekst.encode(), noegle).hex()])
    laasen = {"salt": salt, "decimaler": decimaler, "slags": tjek.slags(svar), "tekster": tekster}
    tjek.LAASE[opgave] = laasen
    kendte = [[_vist(forkert), vink] for forkert, vink in fejl]
    print(json.dumps({"opgave": opgave, "svar": _vist(svar), "fejl": kendte, "laas": laasen}, ensure_ascii=False))


def _kortet(svar: object, decimaler: int) -> object:
    """Rund et svar af, som en studerende kunne gøre det."""
    svar = _simpel(svar)
    if isinstance(svar, dict):
        return {navn: _kortet(indhold, decimaler) for navn, indhold in svar.items()}
    if isinstance(svar, list):
        return [_kortet(del_, decimaler) for del_ in svar]
    return round(svar, decimaler) if isinstance(svar, float) else svar


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

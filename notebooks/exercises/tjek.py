"""Tjek dine svar: ``tjek("2b", svar_2b)``.

Virker uden netværk. Facit ligger ikke i mappen: filen ``tjek.json`` holder et fingeraftryk (en saltet hash) af hvert
rigtigt svar og af de mest almindelige fejl, og hver tekst er låst med sit eget svar. Det er **ikke en eksamenslås**:
den, der vil, kan prøve alle tal mellem 0 og 48 på et øjeblik. Tjekket er til for at hjælpe dig, ikke for at bedømme.
"""

import hashlib
import hmac
import json
from pathlib import Path

import dansk
from dansk import Stop
from IPython import get_ipython

if get_ipython() is not None:
    dansk.load_ipython_extension(get_ipython())

#: Runder i nøgleafledningen: langsom nok til, at det er kedeligt at gætte, hurtig nok til ikke at mærkes.
OMGANGE = 20_000

#: Låse, der er lavet i denne Python-proces (af lærerens facit.py); ellers læses tjek.json.
LAASE: dict = {}

PUNKTUM = " Decimaltal skrives med punktum: 0.083."

#: Det, der siges om et svar, som ingen kendt fejl passer på.
RAAD = {
    "et helt tal": "Læs opgaven igen: hvad tæller du, og er der rundet af undervejs?",
    "et tal": "Læs opgaven igen: hvad tæller du, og hvad deler du med? Brug alle decimaler, som Python regner med.",
    "en liste": "Se efter, om hver del er rigtig, om der mangler noget, eller om der er noget for meget.",
    "en tabel eller ordbog": "Se efter, om hver del er rigtig, om der mangler noget, eller om der er noget for meget.",
    "en tekst": "Læs opgaven igen.",
}


class Dom(int):
    """1 for et rigtigt svar og 0 for et forkert, til `if tjek(...):`. Vises ikke under cellen."""

    def _ipython_display_(self) -> None:
        pass


def tjek(opgave: str, svar: object) -> Dom:
    """Sig på dansk, om svaret er rigtigt, og om muligt hvorfor det ikke er."""
    rigtigt, tekst = vurder(opgave, svar)
    print(tekst)
    return Dom(rigtigt)


def vurder(opgave: str, svar: object) -> tuple[bool, str]:
    """Returner, om svaret er rigtigt, og hvad der skal siges om det."""
    laas = _find_laas(opgave)
    if _mangler(svar):
        hvor = f"efter svar_{opgave} = i cellen ovenfor"
        raise Stop(f"Her er du nået til: opgave {opgave}. Erstat ... {hvor} med dit svar, og kør den igen.")
    if laas["slags"] == "en liste" and hasattr(svar, "to_list"):  # en kolonne fra pandas
        svar = svar.to_list()
    noegle = afled(kanonisk(svar, laas["decimaler"], laas["uordnet"] is not None), laas["salt"])
    for nummer, (maerke, laast) in enumerate(laas["tekster"]):
        if maerke == maerke_af(noegle):
            tekst = bland(bytes.fromhex(laast), noegle).decode()
            return (True, f"Rigtigt ({opgave}). {tekst}") if nummer == 0 else (False, f"Ikke endnu ({opgave}). {tekst}")
    return False, f"Ikke endnu ({opgave}). {_ukendt(laas, svar)}"


def kanonisk(svar: object, decimaler: int, ordnet: bool = False) -> str:
    """Skriv svaret på én måde: 4 og 4.0 er det samme, rækkefølge og store bogstaver er ligegyldige.

    Er svaret ordnet, tæller rækkefølgen i en liste af enkelte svar; i en liste af lister kun inde i hver af dem.
    """
    if getattr(svar, "ndim", 1) == 2 and hasattr(svar, "to_dict"):  # en tabel fra pandas
        navne = set(filter(lambda navn: isinstance(navn, str), svar.iloc[:, 0])) if svar.shape[1] == 2 else set()
        if len(navne) == len(svar) > 0 and list(svar.index) == list(range(len(svar))):  # navne og tal
            svar = svar.set_index(svar.columns[0])
        svar = svar.iloc[:, 0] if svar.shape[1] == 1 else svar.to_dict("list")
    if hasattr(svar, "to_dict"):  # en kolonne
        svar = svar.to_dict()
    if hasattr(svar, "tolist"):  # numpy
        svar = svar.tolist()
    if isinstance(svar, bool):
        return "ja" if svar else "nej"
    if isinstance(svar, int | float):
        return f"{round(float(svar), decimaler) + 0.0:.{decimaler}f}"
    if isinstance(svar, dict):
        par = (f"{kanonisk(navn, decimaler)}={kanonisk(indhold, decimaler, ordnet)}" for navn, indhold in svar.items())
        return "{" + ";".join(sorted(par)) + "}"
    if isinstance(svar, list | tuple | set | frozenset | range):
        dele = [kanonisk(del_, decimaler, ordnet) for del_ in svar]
        i_raekke = ordnet and not isinstance(svar, set | frozenset) and not any(del_[:1] == "[" for del_ in dele)
        return "[" + ";".join(dele if i_raekke else sorted(dele)) + "]"
    tekst = " ".join(str(svar).casefold().split()).strip(" .!")
    try:
        return kanonisk(float(tekst.replace(",", ".")), decimaler)
    except ValueError:
        return tekst


def slags(svar: object) -> str:
    """Sig, hvilken slags svar det er: et tal, en tekst, en liste, eller en tabel eller ordbog."""
    form = kanonisk(svar, 0)
    if form[:1] in "{[" and form:
        return "en tabel eller ordbog" if form[0] == "{" else "en liste"
    return "et tal" if form.lstrip("-").isdigit() or form == "nan" else "en tekst"


def afled(form: str, salt: str) -> bytes:
    """Gør et svar til en nøgle."""
    if hasattr(hashlib, "pbkdf2_hmac"):
        return hashlib.pbkdf2_hmac("sha256", form.encode(), bytes.fromhex(salt), OMGANGE)
    # I browseren (JupyterLite) mangler den; her er det samme skrevet ud efter RFC 8018.
    tom = hmac.new(form.encode(), digestmod="sha256")
    led, noegle = bytes.fromhex(salt) + (1).to_bytes(4, "big"), 0
    for _ in range(OMGANGE):
        runde = tom.copy()
        runde.update(led)
        led = runde.digest()
        noegle ^= int.from_bytes(led, "big")
    return noegle.to_bytes(32, "big")


def maerke_af(noegle: bytes) -> str:
    """Fingeraftrykket, som svaret kendes på."""
    return hashlib.sha256(b"maerke" + noegle).hexdigest()[:24]


def bland(tekst: bytes, noegle: bytes) -> bytes:
    """Lås en tekst, eller lås den op igen, med svarets egen nøgle."""
    stroem = hashlib.shake_256(b"tekst" + noegle).digest(len(tekst))
    return bytes(a ^ b for a, b in zip(tekst, stroem, strict=True))


def _find_laas(opgave: str) -> dict:
    laase = LAASE
    if opgave not in laase:
        fil = Path(__file__).with_name("tjek.json")
        if not fil.is_file():
            raise Stop("Filen tjek.json mangler. Pak hele zip-filen ud i én mappe, og åbn notebooken derfra.")
        laase = json.loads(fil.read_text(encoding="utf-8"))
    if opgave not in laase:
        raise Stop(f"Der er ingen opgave {opgave!r}. Skriv nummeret, som det står i opgaven, for eksempel '2b'.")
    return laase[opgave]


def _mangler(svar: object) -> bool:
    if isinstance(svar, dict):
        svar = list(svar.values())
    if isinstance(svar, list | tuple | set):
        return any(_mangler(del_) for del_ in svar)
    return svar is ...


def _ukendt(laas: dict, svar: object) -> str:
    forventet, givet = laas["slags"], slags(svar)
    if svar is None:
        return "Svaret er tomt (None). print viser kun et tal, og append ændrer kun en liste: gem selve værdien."
    if _er_sandt_falsk(svar):
        if forventet in ("et tal", "et helt tal"):
            return "Det er sand/falsk: .sum() tæller de sande, og .mean() giver deres andel."
        return "Det er sand/falsk. Sæt det i [ ] efter det, du vælger fra, så du får dem, hvor det er sandt."
    if kanonisk(svar, 0) == "nan":
        return "Svaret er nan: du har delt nul med nul eller regnet med en andel, der ikke er mellem 0 og 1."
    if hasattr(svar, "pvalue") or (isinstance(svar, dict) and any(hasattr(del_, "pvalue") for del_ in svar.values())):
        return "Testen giver flere tal: sæt .pvalue efter den for p-værdien, eller .statistic for det, den regner på."
    if hasattr(svar, "kappa") and isinstance(svar, dict):
        return "Beregningen giver flere tal. Sæt .kappa efter den."
    if callable(svar):
        return "Du har givet selve funktionen. Sæt ( ) efter den, så den regner."
    med_komma = {"et tal": tuple, "et helt tal": tuple, "en liste": list | tuple}.get(forventet, ())
    har_komma = isinstance(svar, med_komma) and _er_hele(svar)
    if forventet == "et helt tal" and givet == "et tal" and not kanonisk(svar, 3).endswith(".000"):
        givet = "et decimaltal"
    if givet not in (forventet, forventet.replace("helt ", "")):
        return f"Svaret skal være {forventet}, og du har givet {givet}.{PUNKTUM * har_komma}"
    if laas["uordnet"] == maerke_af(afled(kanonisk(svar, laas["decimaler"]), laas["salt"])):
        return "Rigtige tal, men i forkert rækkefølge."
    return RAAD[forventet] + PUNKTUM * har_komma


def _er_hele(svar: list | tuple) -> bool:
    """Sig, om der kun er hele tal i en liste: så kan kommaerne i den være decimalkommaer."""
    return len(svar) > 1 and all(isinstance(del_, int) and not isinstance(del_, bool) for del_ in svar)


def _er_sandt_falsk(svar: object) -> bool:
    svar = svar.tolist() if hasattr(svar, "tolist") else svar
    flere = svar if isinstance(svar, list) else [svar]
    return bool(flere) and all(isinstance(del_, bool) for del_ in flere)

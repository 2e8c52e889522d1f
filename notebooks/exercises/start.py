# /// script
# requires-python = ">=3.11,<3.15"
# ///
"""Start opgaverne: ``uv run start.py``. Første gang hentes pakkerne; derefter kræver det ikke internet.

Har du allerede Python 3.11 til 3.14, virker ``python start.py`` også. Pakkerne ligger i en mappe for sig
(``.ai-opgaver``), uden for OneDrive; slet den, når du er færdig med kurset.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HER = Path(__file__).resolve().parent
LAAS = HER / "requirements.lock"
MILJOE = Path(os.environ.get("LOCALAPPDATA") or Path.home()) / ".ai-opgaver"
PYTHON = MILJOE / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
#: Skrives til sidst, så en afbrudt installation bliver lavet om.
KLAR = MILJOE / "klar.txt"

#: JupyterLab på dansk, så langt oversættelsen rækker, uden nyheder, og med ordlisten vist som læselig tekst.
INDSTILLINGER = {
    "@jupyterlab/translation-extension:plugin": {"locale": "da_DK"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
}
#: Så står der en dansk sætning over fejlbeskeder, også før den første celle er kørt.
KERNE = 'c.InteractiveShellApp.extensions = ["dansk"]\n'


def main() -> int:
    """Gør miljøet klar, hvis det ikke er det, og åbn JupyterLab i opgavernes mappe."""
    try:
        if not er_klar():
            print("Henter pakkerne. Det sker kun denne ene gang og tager nogle minutter. Luk ikke vinduet.")
            installer()
        print("JupyterLab åbner i din browser. Luk ikke dette vindue, mens du arbejder. Stop med Ctrl + C.")
        return subprocess.run([PYTHON, "-m", "jupyterlab", *sys.argv[1:]], cwd=HER).returncode
    except subprocess.CalledProcessError:
        print("Pakkerne blev ikke hentet. Er du på nettet, og er der 1 GB ledig plads? Prøv så igen: det, der mangler,")
        print("bliver hentet. Bliver det ved, så send de sidste linjer ovenfor til din underviser.")
        return 1
    except KeyboardInterrupt:
        return 0


def er_klar() -> bool:
    """Sig, om miljøet er lavet af netop denne liste af pakker."""
    return KLAR.is_file() and KLAR.read_text() == fingeraftryk()


def fingeraftryk() -> str:
    """Giv det, som ændrer sig, når listen af pakker gør."""
    return hashlib.sha256(LAAS.read_bytes()).hexdigest()


def installer() -> None:
    """Lav miljøet forfra. Hver pakke skal passe med sit fingeraftryk (hash) i requirements.lock."""
    shutil.rmtree(MILJOE, ignore_errors=True)
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv:
        koer(uv, "venv", "--quiet", "--python", f"{sys.version_info.major}.{sys.version_info.minor}", MILJOE)
        koer(uv, "pip", "sync", "--require-hashes", "--python", PYTHON, LAAS)
    else:
        koer(sys.executable, "-m", "venv", MILJOE)
        koer(PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "-r", LAAS)
    skriv(MILJOE / "share/jupyter/lab/settings/overrides.json", json.dumps(INDSTILLINGER, indent=1))
    skriv(MILJOE / "etc/ipython/ipython_config.py", KERNE)
    skriv(KLAR, fingeraftryk())


def koer(*ord_: str | Path) -> None:
    """Kør et program, og stop, hvis det ikke lykkes."""
    subprocess.run(ord_, check=True, cwd=HER)


def skriv(sti: Path, tekst: str) -> None:
    """Skriv en fil, og lav dens mappe."""
    sti.parent.mkdir(parents=True, exist_ok=True)
    sti.write_text(tekst, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

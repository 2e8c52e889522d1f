"""How exports speak, from ``vocabulary.toml``: a table a language, each with the same keys."""

import tomllib
from importlib.resources import files
from typing import Any

_LANGUAGES = tomllib.loads(files("toe_analysis.survey").joinpath("vocabulary.toml").read_text(encoding="utf-8"))


def by_language(key: str) -> dict[str, Any]:
    """Return what stands under a key, by language.

    >>> by_language("no")["de"]
    ['nein']
    """
    return {language: table[key] for language, table in _LANGUAGES.items()}


def words(key: str) -> set[str]:
    """Return the words of all languages under a key.

    >>> sorted(words("yes"))
    ['ja', 'yes']
    """
    return {word for found in by_language(key).values() for word in found}


def pattern(key: str) -> str:
    """Return a regular expression of all languages' words under a key, the longest first.

    >>> pattern("size_to")
    '(?:till|bis|til|to)'
    """
    return f"(?:{'|'.join(sorted(words(key), key=lambda word: (-len(word), word)))})"

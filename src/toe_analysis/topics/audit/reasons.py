"""What a check says of a printed number: a verdict, and sentences that can be told in either language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from toe_analysis.showing.words import LANGUAGES, join, percent, say

FITS, DOES_NOT_FIT, NOTHING = "fits", "does not fit", "nothing to check"

#: How many numbers or values a sentence names before it breaks off.
MOST_NAMED = 6


@dataclass(frozen=True)
class Reason:
    """A sentence with its numbers, to be told in either language.

    Parameters
    ----------
    key : str
        Of the words ``why.KEY``.
    values : mapping
        Shares as floats, counts as whole numbers, readings as tuples; a mapping holds a text by language.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        r"""Return the sentence.

        >>> Reason("unprinted", {"share": 27 / 317}).text("da").replace("\u00a0", " ")
        'ingen præcis procent er oplyst; den er 8,5 %'
        """
        return say(f"why.{self.key}", language, **{name: _told(value, language) for name, value in self.values.items()})


@dataclass(frozen=True)
class Arithmetic:
    """What the printed numbers alone say about one claim.

    Parameters
    ----------
    verdict : str
        `FITS`, `DOES_NOT_FIT` or `NOTHING` to check.
    would_fit : tuple of str
        What would fit where the printed number does not, or where its base is not printed.
    could_have_failed : float
        Part of the values that the check would have refused; NaN where nothing could be checked.
    reasons : tuple of Reason
    """

    verdict: str
    would_fit: tuple[str, ...]
    could_have_failed: float
    reasons: tuple[Reason, ...]


def fractions(found: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """Return pairs of count and base as they are read.

    >>> fractions([(7, 11)])
    ('7/11',)
    """
    return tuple(f"{count}/{base}" for count, base in found)


def either(numbers: Iterable[object]) -> dict[str, str]:
    """Return in each language what one of several things is.

    >>> either([41, 42])["en"], either(range(1, 9))["da"]
    ('41 or 42', '1, 2, 3, 4, 5, 6, ...')
    """
    named = list(map(str, numbers))
    if len(named) > MOST_NAMED:
        return dict.fromkeys(LANGUAGES, ", ".join([*named[:MOST_NAMED], "..."]))
    if len(named) < 2:
        return {language: named[0] if named else say("why.none", language) for language in LANGUAGES}
    return {language: f"{', '.join(named[:-1])} {say('why.or', language)} {named[-1]}" for language in LANGUAGES}


def _told(value: object, language: str) -> object:
    if isinstance(value, float):
        return percent(value, language)
    if isinstance(value, Mapping):
        return value[language]
    if isinstance(value, tuple):
        named = join(value, language) if len(value) <= MOST_NAMED else ", ".join([*value[:MOST_NAMED], "..."])
        return named if value else say("why.none", language)
    return value

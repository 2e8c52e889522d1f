"""The sentences that read results: templates beside each topic's code, filled with values in every language there is.

A topic's folder holds ``sentences.en.md.j2``, and beside it the same in other languages. Each sentence is a macro of
its own. A line break in it is a space, an empty line begins a paragraph, and ``- `` at the start of a line an item.
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import ModuleType
from typing import Any

import mistune
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from toe_analysis.showing import words
from toe_analysis.showing.tables import say_row, say_share

#: What a template may call; the language is given.
_FUNCTIONS = {"p_range": words.p_range, "say_row": say_row, "say_share": say_share}

_to_html = mistune.create_markdown()  # markup in an answer stays text


class Sentence:
    """What is to be read, in English, and hidden beside it in every other language.

    Parameters
    ----------
    markdown : dict of str to str
        By language.
    """

    def __init__(self, markdown: Mapping[str, str]) -> None:
        self.markdown = dict(markdown)

    def __str__(self) -> str:
        return self.markdown["en"]

    __repr__ = __str__  # what an executed notebook keeps as plain text

    def _repr_html_(self) -> str:
        return "".join(
            f'<div lang="{language}"{"" if language == "en" else " hidden"}>{_to_html(text)}</div>'
            for language, text in self.markdown.items()
        )


def tell(topic: str, sentence: str, **values: object) -> Sentence:
    """Return a sentence of a topic, filled in, for display in a notebook.

    Parameters
    ----------
    topic : str
        The folder in `toe_analysis.topics` whose template has it.
    sentence : str
        Name of the macro.
    **values
        What the macro asks for. Of a table it sees the rows, of a row the cells by column.

    Raises
    ------
    jinja2.UndefinedError, TypeError
        If a value is missing, or one is given that the macro does not ask for.
    """
    seen = {name: _seen(value) for name, value in values.items()}
    macros = compiled(topic)
    return Sentence({language: _unwrapped(getattr(found, sentence)(**seen)) for language, found in macros.items()})


@cache
def compiled(topic: str) -> dict[str, ModuleType]:
    """Return a topic's macros by language."""
    return {
        language: environment(language).get_template(f"{topic}/sentences.{language}.md.j2").module
        for language in words.LANGUAGES
    }


@cache
def environment(language: str) -> Environment:
    """Return what every template of one language may use."""
    made = Environment(
        loader=PackageLoader("toe_analysis", "topics"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {name: _told_in(language, write) for name, write in words.WRITERS.items()}
    made.filters["begun"] = words.begun
    made.tests |= {"missing": pd.isna, "endless": math.isinf}
    made.globals |= {name: partial(write, language=language) for name, write in _FUNCTIONS.items()}
    made.globals |= {"language": language, "comma_and": partial(_comma_and, language)}
    made.globals["firm"] = partial(words.word, language=language, group="firm")
    return made


def _told_in(language: str, write: Callable[..., str]) -> Callable[..., str]:
    return lambda value, *how: write(value, language, *how)


def _comma_and(language: str, loop: Any) -> str:
    """Return what stands before this turn of a loop, in a list like "T, O and E"."""
    if loop.first:
        return ""
    return words.conjunction(language) if loop.last else ", "


def _seen(value: object) -> object:
    """Return what a template sees: rows for a table, cells by column for a row, and the same within a mapping."""
    if isinstance(value, pd.DataFrame):
        return value.to_dict("records")
    if isinstance(value, Mapping | pd.Series):
        return {key: _seen(item) for key, item in value.items()}
    return value


def _unwrapped(text: str) -> str:
    r"""Return paragraphs and items on a line each.

    >>> _unwrapped("\n  One line\n  and its end.\n\n- an item\n- another\n  that goes on\n")
    'One line and its end.\n\n- an item\n- another that goes on'
    """
    lines = re.sub(r" *\n *", "\n", text.strip(" \n"))
    whole = re.sub(r"(?<!\n)\n(?!\n|- )", " ", lines)
    return re.sub(r" {2,}", " ", re.sub(r"\n{2,}", "\n\n", whole))

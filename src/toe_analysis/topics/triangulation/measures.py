"""What the survey measures behind one link of the triangulation: which firms were asked, and which said it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from toe_analysis.statistics import Share
from toe_analysis.survey import Cleaned, Questionnaire, Source
from toe_analysis.survey.facts.questionnaire import CLOSED_TYPES
from toe_analysis.survey.freetext import Entry
from toe_analysis.survey.reading.answers import SEPARATOR
from toe_analysis.survey.summaries import in_base
from toe_analysis.topics.triangulation.links import RUNNER_UP, Link


@dataclass(frozen=True)
class Measures:
    """The survey's answer to each link: what a link's firms said.

    Parameters
    ----------
    questionnaire : Questionnaire
    cleaned : Cleaned
    coded : pandas.DataFrame
        The free text, as `toe_analysis.survey.freetext.code_texts` returns it.
    dictionary : tuple of Entry
    source : Source
    """

    questionnaire: Questionnaire
    cleaned: Cleaned
    coded: pd.DataFrame
    dictionary: tuple[Entry, ...]
    source: Source

    def share(self, link: Link) -> Share:
        """Return the share of a link's firms, each counted once over all its questions.

        The base is who is in that of one of the questions; nobody where the survey does not ask, or the export lacks
        the questions.
        """
        named = self._naming(link, link.says)
        if link.compared_with != RUNNER_UP:
            return Share(len(named), len(self._asked(link)))
        rivals = [self._naming(link, (name,)) for name in self._others(link)]
        rival = max(rivals, key=len, default=set())
        return Share(len(named - rival), len(named ^ rival))

    def basis(self, link: Link) -> str:
        """Return the basis of a link's share; that nothing was asked stands in the published questionnaire."""
        if not link.questions:
            return "published"
        if self.source.basis(link.questions) == "calibrated" and not link.compared_with:
            return "calibrated"
        said = (*link.says, *(self._others(link) if link.compared_with else ()))
        return self.source.basis([f"{question}:{name}" for question in link.questions for name in said])

    def who(self, link: Link) -> str:
        """Return which branches were asked, as routing rules."""
        rules = [str(self.questionnaire[name].asked_when or "everyone") for name in link.questions]
        return "everyone" if "everyone" in rules else " ".join(dict.fromkeys(rules))

    def _present(self, link: Link) -> list[str]:
        return [name for name in link.questions if name in self.cleaned.missing]

    def _asked(self, link: Link) -> set[str]:
        firms: set[str] = set()
        for name in self._present(link):
            missing = self.cleaned.missing[name]
            firms |= set(missing.index[in_base(self.questionnaire[name].type, missing)])
        return firms

    def _naming(self, link: Link, says: Sequence[str]) -> set[str]:
        firms: set[str] = set()
        for name in self._present(link):
            question, answers = self.questionnaire[name], self.cleaned.answers[name].dropna().astype(str)
            chosen = answers.str.split(SEPARATOR)
            if question.type == "ranking":  # as everywhere, the share that put the option first
                chosen = chosen.str[:1]
            if question.type in CLOSED_TYPES:
                firms |= {firm for firm, options in chosen.items() if set(says) & set(options)}
            part = self.coded[self.coded["question"] == name]
            firms |= set(part.loc[part["categories"].map(lambda found: bool(set(says) & set(found))), "firm"])
        return firms & self._asked(link)

    def _others(self, link: Link) -> list[str]:
        """All other options and categories of the link's questions."""
        views = set(self.coded.loc[self.coded["question"].isin(link.questions), "view"])
        options = [option for name in link.questions for option in self.questionnaire[name].options]
        categories = [entry.category for entry in self.dictionary if entry.view in views]
        return [name for name in dict.fromkeys([*options, *categories]) if name not in link.says]

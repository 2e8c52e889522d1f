"""What makes a study this one, as objects; `toe_analysis.survey.facts.study_file` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.facts.questionnaire import SIZE, Condition, Question, Questionnaire
from toe_analysis.survey.facts.sizes import size_class

#: Brightness, from 0 to 255, under which letters are white.
_DARK = 110


@dataclass(frozen=True)
class Look:
    """How a status is drawn: told apart by colour-blind readers and in grey."""

    colour: str
    hatch: str = ""

    @property
    def letters(self) -> str:
        """The colour of letters on it: white where it is dark, else a dark grey.

        >>> Look("#0072B2").letters, Look("#ECECEC").letters
        ('white', '#222222')
        """
        red, green, blue = bytes.fromhex(self.colour[1:])
        return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < _DARK else "#222222"


@dataclass(frozen=True)
class Status:
    """One of the groups into which firms are sorted.

    Parameters
    ----------
    name : str
    rule : tuple of Condition
        What must all hold of a firm's answers.
    claim : str
        The printed number that counts it; empty where none is printed.
    guide_group, guide_claim : str
        Its group in an interview guide, and the printed number of willing firms.
    look : Look
    """

    name: str
    rule: tuple[Condition, ...]
    claim: str = ""
    guide_group: str = ""
    guide_claim: str = ""
    look: Look = Look("#0072B2")


@dataclass(frozen=True)
class Some:
    """Firms of one status that count with one answer only, and that without any answer are in no base.

    `when` is None where the questionnaire does not ask for it.
    """

    status: str
    when: Condition | None


@dataclass(frozen=True)
class Held:
    """The figure of another survey that a share is held against, and the printed number, if a report prints one."""

    baseline: str
    claim: str = ""


@dataclass(frozen=True)
class Measure:
    """A share that is held against other surveys.

    Parameters
    ----------
    name : str
    statuses : tuple of str
        Of which all firms count.
    some : Some or None
        Who counts besides.
    held : Held or None
        The report's own comparison, if it makes one.
    held_small : Held or None
        The same for the small firms alone.
    """

    name: str
    statuses: tuple[str, ...]
    some: Some | None = None
    held: Held | None = None
    held_small: Held | None = None


@dataclass(frozen=True)
class Headline:
    """A share of one question's answers that is kept under a name: firms that chose an option or name a category.

    `claim` is the printed number that counts them; empty where none is printed.
    """

    name: str
    role: str
    option: str = ""
    categories: tuple[str, ...] = ()
    claim: str = ""


@dataclass(frozen=True)
class Sizes:
    """The target group and the classes of employees that a study speaks of; see ``study.toml``."""

    smallest: int
    largest: int
    groups: str
    small: str = ""
    under: int = 0

    @property
    def labels(self) -> tuple[str, ...]:
        """The groups of classes, by label."""
        return tuple(part.strip() for part in self.groups.split(","))

    def target(self, smallest: int, largest: int) -> tuple[int, int]:
        """Return the ends of the target group that a run asks for; the study's own where that is 0."""
        return smallest or self.smallest, largest or self.largest


@dataclass(frozen=True)
class Study:
    """A study's facts.

    Parameters
    ----------
    id : str
        Stands in every file that belongs to it.
    year : int
    name, universe : mapping of str to str
        By language.
    questionnaire : Questionnaire
    statuses : tuple of Status
        In the order of the file. The first rule that holds gives a firm its status.
    sizes : Sizes
    invited : mapping of int to int
        Firms invited in each wave; empty where that is not known.
    answers : int
        How many of them answered; 0 where the study does not say.
    frame : mapping of str to mapping of str to int
        Firms of the frame, all that could have answered, in each class: by the role of a question, then by option (of
        the size by group of classes). Every role sums to the same total. Empty where that is not known.
    yes, no : str
        How the questionnaire's language says so.
    other : tuple of str
        What it calls the option behind which a firm types its own words.
    dont_know : Condition or None
        The answer of a firm that has no status because it does not know.
    like : str
        What that answer is taken for under the rule ``as_no``.
    order : tuple of str
        Statuses from far away to close, for tests of a trend.
    never_tried : tuple of str
        Statuses that answer the same questions; empty where a study has no such group.
    measures : tuple of Measure
    headlines : tuple of Headline
    claims : mapping of str to str
        The report's numbers of ``received`` and ``valid`` answers, and of those of ``wave_1`` and so on, by their names
        among the claims.
    negations : frozenset of str
    """

    id: str
    year: int
    name: Mapping[str, str]
    universe: Mapping[str, str]
    questionnaire: Questionnaire
    statuses: tuple[Status, ...]
    sizes: Sizes
    invited: Mapping[int, int] = field(default_factory=dict)
    answers: int = 0
    frame: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    yes: str = ""
    no: str = ""
    other: tuple[str, ...] = ()
    dont_know: Condition | None = None
    like: str = ""
    order: tuple[str, ...] = ()
    never_tried: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    headlines: tuple[Headline, ...] = ()
    claims: Mapping[str, str] = field(default_factory=dict)
    negations: frozenset[str] = frozenset()

    @property
    def status_names(self) -> tuple[str, ...]:
        """The statuses, by name."""
        return tuple(status.name for status in self.statuses)

    @property
    def status_questions(self) -> tuple[str, ...]:
        """The questions that decide the status, in the order in which the rules first name them."""
        return tuple(dict.fromkeys(condition.question for status in self.statuses for condition in status.rule))

    def status(self, name: str) -> Status:
        """Return the status of this name."""
        return next(status for status in self.statuses if status.name == name)

    def role(self, role: str) -> Question | None:
        """Return the question that has a role, None where the questionnaire asks no such thing."""
        return self.questionnaire.role(role)

    def measure(self, name: str) -> Measure:
        """Return the measure of this name.

        Raises
        ------
        InputError
            If the study has none.
        """
        found = next((measure for measure in self.measures if measure.name == name), None)
        if found is None:
            named = ", ".join(measure.name for measure in self.measures) or "none"
            raise InputError(f"study.toml, measure: expected one with the name {name}, found {named}")
        return found

    def held_against(self, name: str, *, small: bool = False) -> Held:
        """Return what the report holds a measure against: of all firms, or of the small ones.

        Raises
        ------
        InputError
            If the study has no such measure, or holds it against nothing.
        """
        measure = self.measure(name)
        held, key = (measure.held_small, "held_small") if small else (measure.held, "held")
        if held is None:
            raise InputError(
                f"study.toml, measure {name}: expected under {key} the row of baselines.csv that it is held against, "
                "found nothing"
            )
        return held

    @property
    def held(self) -> list[Held]:
        """The report's own comparisons with other surveys."""
        return [held for one in self.measures for held in (one.held, one.held_small) if held]

    def size_table(self, *, smallest: int = 0, largest: int = 0) -> pd.DataFrame:
        """Show for each printed class what it shares with its neighbours and whether it fits what is said of sizes.

        Parameters
        ----------
        smallest, largest : int
            The target group, in employees: "10 to 200"; the study's own where 0 is given.

        Returns
        -------
        pandas.DataFrame
            A row a class: ``size``, ``smallest``, ``largest``, ``overlaps`` (labels that share a number of employees),
            ``in_target`` and, where it has one, ``in_under`` ("firms with under 20 employees"): yes, no or partly.

        Examples
        --------
        A firm with exactly 150 employees fits two boxes:

        >>> asked = Questionnaire((Question("q03", "Ansatte?", "single", ("100-150", "150-200"), role="size"),))
        >>> study = Study("x", 2025, {}, {}, asked, (), Sizes(10, 200, "100-200"))
        >>> study.size_table()["overlaps"].tolist()
        ['150-200', '100-150']
        """
        target = self.sizes.target(smallest, largest)
        classes = [size_class(label) for label in self.size_question.options]
        rows = []
        for one in classes:
            others = [other for other in classes if other != one and other.within(one.smallest, one.largest) != "no"]
            row = {"size": one.label, "smallest": one.smallest, "largest": one.largest}
            row["overlaps"] = ", ".join(other.label for other in others)
            row["in_target"] = one.within(*target)
            rows.append(row | ({"in_under": one.within(0, self.sizes.under - 1)} if self.sizes.under else {}))
        return pd.DataFrame(rows)

    @property
    def size_question(self) -> Question:
        """The question that asks for the size."""
        return self.questionnaire.role(SIZE)

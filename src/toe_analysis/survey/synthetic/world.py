"""The synthetic survey: answers that agree with the counts a report prints, and are made up beyond that.

What is printed, and how the rest is drawn, stands in ``synthetic.toml`` beside the questionnaire. A *world* plants a
stated share of small firms that do not expect AI; the first one plants nothing.
"""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toe_analysis.csv_table import read_csv_table
from toe_analysis.survey.facts.questionnaire import FIRM, Question
from toe_analysis.survey.facts.status import DONT_KNOW
from toe_analysis.survey.facts.study import Study
from toe_analysis.survey.facts.study_file import read_study
from toe_analysis.toml_facts import read_facts

RECIPE_NAME, PHRASES_NAME = "synthetic.toml", "synthetic_phrases.csv"

Phrases = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Recipe:
    """How a study's made-up answers are drawn.

    Parameters
    ----------
    study : Study
    facts : mapping
        The content of ``synthetic.toml``.
    phrases : dict
        Question id to category to phrases, for answers in a firm's own words.
    """

    study: Study
    facts: Mapping[str, Any]
    phrases: Phrases

    @property
    def worlds(self) -> tuple[str, ...]:
        """The names of the worlds, the one that plants nothing first."""
        return tuple(self.facts["worlds"])

    @property
    def firms(self) -> dict[str, int]:
        """How many firms have each status."""
        return {status: facts["firms"] for status, facts in self.facts["statuses"].items()}


def read_recipe(raw: Path) -> Recipe:
    """Read how the made-up answers of a study are drawn."""
    phrases: Phrases = defaultdict(lambda: defaultdict(list))
    for row in read_csv_table(raw / PHRASES_NAME, ("question", "category", "phrase")).itertuples():
        phrases[row.question][row.category].append(row.phrase)
    return Recipe(read_study(raw), read_facts(raw / RECIPE_NAME).values, phrases)


def read_worlds(raw: Path) -> tuple[str, ...]:
    """Return the names of a study's worlds; none where it has no made-up answers."""
    path = raw / RECIPE_NAME
    return tuple(read_facts(path).values["worlds"]) if path.is_file() else ()


def synthetic_answers(recipe: Recipe, *, world: str = "", seed: int | None = None) -> list[dict]:
    """Return made-up responses that agree with the counts the report prints.

    Parameters
    ----------
    recipe : Recipe
    world : str
        One of `Recipe.worlds`; the first if empty.
    seed : int, optional
        Of the generator that draws what the report does not fix; the recipe's own if not given.

    Returns
    -------
    list of dict
        A dict a response: question id to cell, ``wave`` and ``group`` (a status, or why it is left out). Questions that
        were not shown are absent.
    """
    world = world or recipe.worlds[0]
    # random.Random, not numpy: its stream is the same in every version.
    draw = random.Random(f"{recipe.facts['seed'] if seed is None else seed} {world}")
    firms = _firms(recipe, draw, tuple(recipe.facts["worlds"][world]))
    _give_fixed_answers(recipe, firms, draw)
    for number, firm in enumerate(firms, start=1):
        _give_drawn_answers(recipe, firm, number, draw)
    draw.shuffle(firms)
    return sorted(firms, key=lambda firm: firm["wave"])


def _firms(recipe: Recipe, draw: random.Random, planted: tuple[int, ...]) -> list[dict]:
    """Return the firms with wave, size and group: a status, or the reason for which cleaning leaves the firm out."""
    size = recipe.study.size_question.id
    left_out = [
        {"group": one["reason"], "as": one.get("answers_as", ""), "wave": one["wave"], size: one["size"]}
        for one in recipe.facts.get("left_out", ())
    ]
    waves = [
        int(wave)
        for wave, facts in recipe.facts["waves"].items()
        for _ in range(facts["answers"] - sum(str(firm["wave"]) == wave for firm in left_out))
    ]
    draw.shuffle(waves)
    groups = [status for status, count in recipe.firms.items() for _ in range(count)]
    draw.shuffle(groups)
    if planted:
        groups, sizes = _plant(recipe, groups, waves, planted, draw)
    else:  # size and status are drawn apart, so nothing connects them
        sizes = [_size(recipe, draw, wave) for wave in waves]
    valid = [
        {"group": group, "wave": wave, size: label} for group, wave, label in zip(groups, waves, sizes, strict=True)
    ]
    _give_planted_answers(recipe, valid, planted)
    return valid + left_out


def _size(recipe: Recipe, draw: random.Random, wave: int, without: str = "") -> str:
    weights = {size: weight for size, weight in recipe.facts["sizes"][str(wave)].items() if size != without}
    return draw.choices(list(weights), weights=list(weights.values()))[0]


def _plant(
    recipe: Recipe, groups: list[str], waves: list[int], planted: tuple[int, ...], draw: random.Random
) -> tuple[list[str], list[str]]:
    """Put `planted[0]` firms that do not expect AI among `planted[1]` small firms."""
    count, base = planted
    first, second = recipe.facts["planted"]["statuses"]
    enough, small = recipe.firms[first], recipe.study.sizes.small
    order = sorted(groups, key=lambda group: group not in ((first, second) if count > enough else (first,)))
    rest = order[count:]
    draw.shuffle(rest)
    if count < enough:  # those that are left are not small
        rest.sort(key=lambda group: group == first)
    few, many = order[:count] + rest[: base - count], rest[base - count :]
    draw.shuffle(many)
    return few + many, [small] * base + [_size(recipe, draw, wave, without=small) for wave in waves[base:]]


def _give_planted_answers(recipe: Recipe, firms: list[dict], planted: tuple[int, ...]) -> None:
    """Say what firms of the second status expect: among the small ones they count only where they are needed."""
    if "planted" not in recipe.facts:
        return
    first, second = recipe.facts["planted"]["statuses"]
    asked = recipe.study.role(recipe.facts["planted"]["role"]).id
    unwilling = 1 if not planted else recipe.firms[second] if planted[0] > recipe.firms[first] else 0
    for place, firm in enumerate(firm for firm in firms if firm["group"] == second):
        firm[asked] = recipe.study.no if place < unwilling else recipe.study.yes


def _give_fixed_answers(recipe: Recipe, firms: list[dict], draw: random.Random) -> None:
    """Give the answers whose counts the report prints."""
    study = recipe.study
    by_group = defaultdict(list)
    for firm in firms:
        by_group[firm["group"]].append(firm)
        firm.update(_deciding_answers(study, firm.get("as") or firm["group"]))
    if willing := study.role("willing"):
        for firm in firms:
            firm[willing.id] = study.no
        for status, facts in recipe.facts["statuses"].items():
            for firm in draw.sample(by_group[status], facts["willing"]):
                firm[willing.id] = study.yes
    if ways := recipe.facts.get("ways"):
        each = [way for way in ways["named"] for _ in range(way["firms"])]
        for firm, way in zip(draw.sample(by_group[ways["status"]], len(each)), each, strict=True):
            firm["way"] = way
    if potential := recipe.facts.get("potential"):
        unsure, named = potential["unsure"], potential["named"]
        for firm in draw.sample([firm for one in unsure["statuses"] for firm in by_group[one]], unsure["firms"]):
            firm["potential"] = "unsure"
        valid = [firm for status in recipe.firms for firm in by_group[status]]
        for firm in draw.sample([firm for firm in valid if "potential" not in firm], named["firms"]):
            firm["potential"] = "named"


def _deciding_answers(study: Study, group: str) -> dict[str, str]:
    """Return the answers that make a status, or the one that tells none."""
    if group == DONT_KNOW:
        return {study.dont_know.question: study.dont_know.options[0]}
    return {condition.question: condition.options[0] for condition in study.status(group).rule}


def _give_drawn_answers(recipe: Recipe, firm: dict, number: int, draw: random.Random) -> None:
    """Fill in what the report does not fix, along the routing."""
    for question in recipe.study.questionnaire:
        rule = question.asked_when
        if question.id in firm or (rule and firm.get(rule.question) not in rule.options):
            continue
        if question.role == FIRM:
            firm[question.id] = recipe.facts["firm"].format(number=number)
        elif question.type == "year":
            firm[question.id] = draw.randint(*recipe.facts["years"])
        elif "way" in firm and question.role == recipe.facts["ways"]["role"]:
            firm[question.id] = _ways(recipe, firm["way"], question, draw)
        elif question.role == "potential":
            firm[question.id] = _potentials(recipe, firm, recipe.phrases[question.id], draw)
        elif question.type == "scale":
            firm[question.id] = draw.choices(question.options, weights=recipe.facts["levels"][question.id])[0]
        elif question.type == "number":
            firm[question.id] = draw.randint(*recipe.facts["numbers"][question.id])
        else:
            firm[question.id] = _drawn(question, recipe.phrases.get(question.id, {}), draw)


def _drawn(question: Question, phrases: dict[str, list[str]], draw: random.Random) -> str:
    if question.type == "single":
        return draw.choice(question.options)
    if question.type == "text":
        return draw.choice(phrases[""])
    if question.type == "top3":
        return _list([draw.choice(phrases[category]) for category in _some(list(phrases), draw)], draw)
    options = [option for option in question.options if option != question.other_option]
    typed = [draw.choice(phrases["other"])] if "other" in phrases and draw.random() < 0.2 else []
    if question.type == "ranking":
        draw.shuffle(options)
        return ";".join([*options, *(typed or [question.other_option])]) + ";"
    chosen = sorted(draw.sample(options, draw.randint(1, min(4, len(options)))), key=options.index)
    return ";".join(chosen + typed) + ";"


def _ways(recipe: Recipe, way: dict[str, str], question: Question, draw: random.Random) -> str:
    """How a firm got its competences: what is printed, with others that are drawn."""
    further = recipe.facts["ways"]["further"]
    chosen = draw.sample(further, draw.randint(0, len(further) - 1))
    if "option" in way:
        chosen.append(way["option"])
    chosen.sort(key=question.options.index)
    if "typed" in way:
        chosen.append(draw.choice(recipe.phrases[question.id][way["typed"]]))
    return ";".join(chosen) + ";"


def _potentials(recipe: Recipe, firm: dict, phrases: dict[str, list[str]], draw: random.Random) -> str:
    facts = recipe.facts["potential"]
    named, unsure, none = facts["named"]["categories"], facts["unsure"]["category"], facts["none"]["category"]
    if firm.get("potential") == "unsure":
        return draw.choice(phrases[unsure])
    others = [category for category in phrases if category not in (*named, unsure, none)]
    if firm.get("potential") == "named":
        categories = draw.sample(named, draw.randint(1, 2)) + draw.sample(others, draw.randint(0, 1))
    else:
        categories = [none] if draw.random() < facts["none"]["chance"] else _some(others, draw)
    return _list([draw.choice(phrases[category]) for category in categories], draw)


def _some(categories: list[str], draw: random.Random) -> list[str]:
    return draw.sample(categories, draw.randint(1, min(3, len(categories))))


def _list(answers: list[str], draw: random.Random) -> str:
    """Write up to three answers as people do: numbered, on lines, or one alone."""
    if len(answers) == 1:
        return answers[0]
    style = draw.choice(["{n}. {text}", "{n}) {text}", "{text}"])
    return "\n".join(style.format(n=place, text=text) for place, text in enumerate(answers, start=1))

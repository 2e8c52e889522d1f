"""The synthetic survey: answers that agree with everything the report prints, and are made up beyond that.

Run ``python -m toe_analysis.survey.synthetic`` to write the bundled export, or with ``--world 9/14`` one in which a
stated share of the small firms does not expect AI.
"""

import argparse
import random
import sys
from collections import defaultdict
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, project_folder
from toe_analysis.survey.questionnaire import Question, Questionnaire, read_questionnaire
from toe_analysis.survey.sizes import SIZE_QUESTION
from toe_analysis.survey.synthetic.workbook import write_export
from toe_analysis.survey.text_table import read_text_table

SEED = 2025

#: Worlds by name: of the valid firms in the class 10-20, how many do not expect AI. "none" plants nothing.
WORLDS = {"none": None, "7/11": (7, 11), "9/14": (9, 14), "14/22": (14, 22), "16/25": (16, 25)}

#: What the report prints (data/raw/published_claims.csv), by the column or columns it fixes.
STATUS_COUNTS = {"user": 4, "failed": 2, "optimist": 28, "sceptic": 14}
WILLING_COUNTS = {"user": 2, "failed": 1, "optimist": 5, "sceptic": 2}
WAVE_COUNTS = {1: 27, 2: 24}
SELF_TAUGHT, TURNKEY = 2, 2
POTENTIAL_NAMED, UNSURE = 14, 9
FIXED = (
    ("valid",),
    ("wave",),
    ("status",),
    ("q08",),
    ("q20",),
    ("q33",),
    ("q41",),
    ("q08", "q20"),
    ("q08", "q20", "q33"),
    ("q14:Selvlært",),
    ("q14:turnkey",),
    ("q40:production_efficiency", "q40:administration"),
    ("q40:unsure_where",),
    ("status", "q41"),
)

#: The three responses that the cleaning leaves out. The report gives no reasons, so these are ours.
EXCLUDED = (("too_small", 1, "Under 10"), ("dont_know", 1, "31-40"), ("too_large", 2, "200-250"))

SMALL = "10-20"
#: How often each class is drawn; wave 1 invited firms up to 99 employees. Illustrative.
SIZE_WEIGHTS = {
    1: {SMALL: 8, "21-30": 6, "31-40": 4, "41-49": 3, "50-75": 4, "76-99": 2},
    2: {SMALL: 5, "21-30": 3, "31-40": 3, "41-49": 2, "50-75": 4, "76-99": 2, "100-150": 4, "150-200": 2},
}


def synthetic_answers(
    questionnaire: Questionnaire, phrases: dict[str, dict[str, list[str]]], *, world: str = "none", seed: int = SEED
) -> list[dict]:
    """Return 51 made-up responses that agree with every number the report prints.

    Parameters
    ----------
    questionnaire : Questionnaire
    phrases : dict
        Question id to category to phrases, see `read_phrases`.
    world : str
        A key of `WORLDS`.
    seed : int
        Of the generator that draws what the report does not fix.

    Returns
    -------
    list of dict
        A dict a response: question id to cell, and ``wave``. Questions that were not shown are absent.

    Raises
    ------
    ValueError
        If the world is unknown.
    """
    if world not in WORLDS:
        raise ValueError(f"world must be one of {', '.join(WORLDS)}, got {world!r}")
    # random.Random, not numpy: its stream is the same in every version.
    draw = random.Random(f"{seed} {world}")
    firms = _firms(draw, WORLDS[world])
    _give_fixed_answers(firms, draw)
    for number, firm in enumerate(firms, start=1):
        _give_drawn_answers(firm, number, questionnaire, phrases, draw)
    draw.shuffle(firms)
    return sorted(firms, key=lambda firm: firm["wave"])


def _firms(draw: random.Random, planted: tuple[int, int] | None) -> list[dict]:
    """Return the firms with wave, size and role: a status, or the reason for which cleaning leaves the firm out."""
    left_out = [{"role": role, "wave": wave, SIZE_QUESTION: size} for role, wave, size in EXCLUDED]
    waves = [wave for wave, count in WAVE_COUNTS.items() for _ in range(count - sum(w == wave for _, w, _ in EXCLUDED))]
    draw.shuffle(waves)
    roles = [status for status, count in STATUS_COUNTS.items() for _ in range(count)]
    draw.shuffle(roles)
    if planted is None:  # size and status are drawn apart, so nothing connects them
        sizes = [_size(draw, wave) for wave in waves]
    else:
        roles, sizes = _plant(roles, waves, planted, draw)
    valid = [
        {"role": role, "wave": wave, SIZE_QUESTION: size} for role, wave, size in zip(roles, waves, sizes, strict=True)
    ]
    # With a planted share of small firms that do not expect AI, a failed attempt counts among them only where needed.
    unwilling = {None: (1, 2)}.get(planted, (2, 2) if planted and planted[0] > STATUS_COUNTS["sceptic"] else (0, 2))
    failed = [firm for firm in valid if firm["role"] == "failed"]
    for firm, answer in zip(failed, ["Nej"] * unwilling[0] + ["Ja"] * (unwilling[1] - unwilling[0]), strict=True):
        firm["q26"] = answer
    return valid + left_out


def _size(draw: random.Random, wave: int, without: str = "") -> str:
    weights = {size: weight for size, weight in SIZE_WEIGHTS[wave].items() if size != without}
    return draw.choices(list(weights), weights=list(weights.values()))[0]


def _plant(
    roles: list[str], waves: list[int], planted: tuple[int, int], draw: random.Random
) -> tuple[list[str], list[str]]:
    """Put `planted[0]` firms that do not expect AI among `planted[1]` small firms."""
    count, base = planted
    order = sorted(roles, key=lambda role: role not in ("sceptic", "failed") if count > 14 else role != "sceptic")
    rest = order[count:]
    draw.shuffle(rest)
    if count < STATUS_COUNTS["sceptic"]:  # the sceptics that are left are not small
        rest.sort(key=lambda role: role == "sceptic")
    small, large = order[:count] + rest[: base - count], rest[base - count :]
    draw.shuffle(large)
    return small + large, [SMALL] * base + [_size(draw, wave, without=SMALL) for wave in waves[base:]]


def _give_fixed_answers(firms: list[dict], draw: random.Random) -> None:
    """Give the answers whose counts the report prints."""
    by_role = defaultdict(list)
    for firm in firms:
        by_role[firm["role"]].append(firm)
    for firm in firms:
        firm["q08"] = {"user": "Ja", "dont_know": "Ved ikke"}.get(firm["role"], "Nej")
        firm["q41"] = "Nej"
        firm["potential"] = "other"
    for firm in firms:
        if firm["q08"] == "Nej":
            firm["q20"] = "Ja" if firm["role"] == "failed" else "Nej"
        if firm.get("q20") == "Nej":
            firm["q33"] = "Nej" if firm["role"] == "sceptic" else "Ja"
    for role, count in WILLING_COUNTS.items():
        for firm in draw.sample(by_role[role], count):
            firm["q41"] = "Ja"
    users = draw.sample(by_role["user"], SELF_TAUGHT + TURNKEY)
    for place, firm in enumerate(users):
        firm["way"] = "self_taught" if place < SELF_TAUGHT else "turnkey"
    valid = [firm for role in STATUS_COUNTS for firm in by_role[role]]
    without_experience = by_role["optimist"] + by_role["sceptic"]
    for firm in draw.sample(without_experience, UNSURE):
        firm["potential"] = "unsure_where"
    for firm in draw.sample([firm for firm in valid if firm["potential"] == "other"], POTENTIAL_NAMED):
        firm["potential"] = "named"


def _give_drawn_answers(
    firm: dict, number: int, questionnaire: Questionnaire, phrases: dict, draw: random.Random
) -> None:
    """Fill in what the report does not fix, along the routing."""
    for question in questionnaire:
        rule = question.asked_when
        if question.id in firm or (rule and firm.get(rule.question) != rule.option):
            continue
        if question.id == "q01":
            firm["q01"] = f"Eksempelfirma {number:02d} A/S, Prøvevej {number}, 0000 Eksempelby"
        elif question.id == "q02":
            firm["q02"] = draw.randint(1950, 2020)
        elif question.id == "q14":
            firm["q14"] = _ways(firm, question, phrases, draw)
        elif question.id == "q40":
            firm["q40"] = _potentials(firm, phrases["q40"], draw)
        else:
            firm[question.id] = _drawn(question, phrases.get(question.id, {}), draw)


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


def _ways(firm: dict, question: Question, phrases: dict, draw: random.Random) -> str:
    """How a user got its competences: the self-taught and the turnkey firms are printed, the rest is drawn."""
    chosen = draw.sample(["Opkvalificering af medarbejdere", "Rådgivning", "Netværk"], draw.randint(0, 2))
    if firm["way"] == "self_taught":
        chosen.append("Selvlært")
    chosen.sort(key=question.options.index)
    if firm["way"] == "turnkey":
        chosen.append(draw.choice(phrases["q14"]["turnkey"]))
    return ";".join(chosen) + ";"


def _potentials(firm: dict, phrases: dict[str, list[str]], draw: random.Random) -> str:
    named, unsure = ["production_efficiency", "administration"], "unsure_where"
    if firm["potential"] == unsure:
        return draw.choice(phrases[unsure])
    others = [category for category in phrases if category not in (*named, unsure, "none")]
    if firm["potential"] == "named":
        categories = draw.sample(named, draw.randint(1, 2)) + draw.sample(others, draw.randint(0, 1))
    else:
        categories = ["none"] if draw.random() < 0.15 else _some(others, draw)
    return _list([draw.choice(phrases[category]) for category in categories], draw)


def _some(categories: list[str], draw: random.Random) -> list[str]:
    return draw.sample(categories, draw.randint(1, min(3, len(categories))))


def _list(answers: list[str], draw: random.Random) -> str:
    """Write up to three answers as people do: numbered, on lines, or one alone."""
    if len(answers) == 1:
        return answers[0]
    style = draw.choice(["{n}. {text}", "{n}) {text}", "{text}"])
    return "\n".join(style.format(n=place, text=text) for place, text in enumerate(answers, start=1))


def read_phrases(path: Path) -> dict[str, dict[str, list[str]]]:
    """Read the made-up Danish answers: question id to category to phrases."""
    phrases: dict = defaultdict(lambda: defaultdict(list))
    for row in read_text_table(path, ("question", "category", "phrase")).itertuples():
        phrases[row.question][row.category].append(row.phrase)
    return phrases


def write_world(output: Path, raw: Path, world: str) -> int:
    """Write the synthetic export of a world, and its sidecar, from the files in `raw`; return how many responded."""
    questionnaire = read_questionnaire(raw / "questionnaire.csv")
    answers = synthetic_answers(questionnaire, read_phrases(raw / "synthetic_phrases.csv"), world=world)
    write_export(output, answers, questionnaire, world=world, seed=SEED, fixed=FIXED)
    return len(answers)


def main(arguments: list[str] | None = None) -> int:
    """Write the synthetic export and its sidecar; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m toe_analysis.survey.synthetic", description=__doc__.split("\n")[0])
    parser.add_argument("--world", choices=list(WORLDS), default="none", help="the planted share of small sceptics")
    parser.add_argument(
        "--output", type=Path, help="workbook to write (default: data/raw, or build/worlds for a world)"
    )
    options = parser.parse_args(arguments)
    try:
        project = project_folder(Path.cwd())
        raw = project / "data" / "raw"
        output = options.output
        if output is None:
            name = f"world_{options.world.replace('/', '_of_')}.xlsx"
            output = raw / EXPORT_NAME if options.world == "none" else project / "build" / "worlds" / name
        count = write_world(output, raw, options.world)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(
            f"--output: expected a workbook that can be written, but {output} cannot be ({error.strerror or error}); "
            "name a file in another folder\n"
        )
        return 2
    sys.stdout.write(f"{output.name}: {count} synthetic responses, world {options.world}\n")
    return 0

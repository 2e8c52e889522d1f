"""What the last lines of a run say of a study's file."""

from dataclasses import replace

from toe_analysis.commands.closing import named_in_vain
from toe_analysis.survey import Condition, read_study
from toe_analysis.survey.facts.study import Headline


def test_what_no_answer_can_meet_is_told_and_nothing_else(project):
    fjord = read_study(project / "data/studies/fjord")
    assert named_in_vain(fjord) == named_in_vain(read_study(project / "data/raw")) == []
    (unheard,) = named_in_vain(replace(fjord, other=("Annet", "Andet")))
    assert unheard.startswith("study.toml has 'Andet' under answers, other, and no question offers it")
    unsure = replace(fjord, dont_know=Condition("q03", ("Vet ikke", "Ingen planer", "Ja")))
    (taken,) = named_in_vain(unsure)
    asked = [
        Headline("a", "stands", "Vet ikke"),
        Headline("b", "stands", "Kanskje"),
        Headline("c", "stand", "Vet ikke"),
    ]
    option, role = named_in_vain(replace(fjord, headlines=tuple(asked)))
    assert option.startswith(
        "study.toml counts the headline 'b' of the role stands, option 'Kanskje', which no question"
    )
    assert role.startswith("study.toml counts the headline 'c' of the role stand, option")
    assert taken.startswith("Nobody can have the status “no_plans”: who answers so has none, since study.toml has")

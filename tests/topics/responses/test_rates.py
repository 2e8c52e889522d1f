"""How many of the invited firms answered, as it is told."""

import pandas as pd
import pytest

from toe_analysis.showing.sentences import tell
from toe_analysis.statistics import Share, share_table
from toe_analysis.topics.responses.rates import response_rates


@pytest.mark.parametrize(("received", "is_told"), [({1: 60}, True), ({1: 60, 2: 55}, False)])
def test_answers_that_are_not_told_apart_by_wave_are_said_to_be_held_against_all_invited(received, is_told):
    invited = {1: 240, 2: 220}
    rates, are_those = response_rates(pd.Series(received), invited)
    rows = share_table(rates, ["wave"]).assign(basis="responses")
    valid = share_table({"valid": Share(60, 60)}, ["step"]).assign(basis="responses").iloc[0]
    said = tell("responses", "answer", rates=rows, valid=valid, are_those=are_those, waves=len(invited))
    assert ("not told apart by wave" in said.markdown["en"]) == is_told
    assert ("ikke delt op efter runde" in said.markdown["da"]) == is_told

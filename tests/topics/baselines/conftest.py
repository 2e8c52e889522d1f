import pytest
from this_study import STUDY
from topics.baselines.answers import compared

from toe_analysis.published import baselines as others
from toe_analysis.published.claims import CLAIMS_NAME, read_claims
from toe_analysis.topics.baselines import ours, readings
from toe_analysis.topics.baselines.ours import SMALL

UNDER_20 = "di_2025_under20_not_expecting"


@pytest.fixture(scope="module")
def baselines(project):
    return others.read_baselines(project / "data/raw/baselines.csv")


@pytest.fixture(scope="module")
def claims(project):
    return read_claims(project / "data/raw" / CLAIMS_NAME)


@pytest.fixture(scope="module")
def own(claims):
    return ours.shares_from_claims(claims, STUDY)


@pytest.fixture(scope="module")
def comparisons(own, baselines):
    return compared(own, baselines)


@pytest.fixture(scope="module")
def small_readings(own, baselines):
    row = baselines[baselines["source"] == UNDER_20].iloc[0]
    theirs = others.possible_shares(row, others.possible_bases(row, baselines, 20))
    return readings.readings_table(own[SMALL].shares, theirs, "published")

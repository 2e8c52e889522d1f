"""The shares of answers that a study keeps under a name of their own."""

from collections.abc import Mapping

import pandas as pd

from toe_analysis.statistics import Share
from toe_analysis.survey import Cleaned, Source, Study
from toe_analysis.survey.freetext import naming_share
from toe_analysis.survey.summaries import option_share


def headline_shares(
    study: Study, cleaned: Cleaned, coded: pd.DataFrame, source: Source
) -> Mapping[str, tuple[Share, str]]:
    """Return each headline's share with its basis; a share of nobody where the questionnaire does not ask for it.

    Parameters
    ----------
    study : Study
    cleaned : Cleaned
    coded : pandas.DataFrame
        As `toe_analysis.survey.freetext.code_texts` returns it.
    source : Source
    """
    found = {}
    for headline in study.headlines:
        asked = study.role(headline.role)
        if asked is None:
            found[headline.name] = (Share(0, 0), source.basis([]))
        elif headline.option:
            share = option_share(study.questionnaire, cleaned.answers, cleaned.missing, asked.id, headline.option)
            found[headline.name] = (share, source.basis([f"{asked.id}:{headline.option}"]))
        else:
            share = naming_share(coded, cleaned.missing, study.questionnaire, asked.id, headline.categories)
            found[headline.name] = (share, source.basis([f"{asked.id}:{name}" for name in headline.categories]))
    return found

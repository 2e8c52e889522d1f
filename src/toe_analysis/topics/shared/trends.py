"""Whether answers that have an order go with size, or with how close a firm is to AI."""

from collections.abc import Mapping, Sequence

import pandas as pd

from toe_analysis.statistics import exact_family
from toe_analysis.survey.facts.questionnaire import Question


def trend_table(
    answers: pd.DataFrame,
    questions: Sequence[Question],
    orders: Mapping[str, tuple[pd.Series, Sequence[str]]],
    basis: Mapping[str, str],
) -> pd.DataFrame:
    """Test each scale and number for a trend along an order of the firms, with the exact test of Jonckheere.

    Parameters
    ----------
    answers : pandas.DataFrame
        A row a firm, a column a question id; what is no option of the question counts as no answer.
    questions : sequence of Question
        Whose options have an order.
    orders : mapping
        By name the group of each firm, and the groups in their order.
    basis : mapping of str to str
        Of each order.

    Returns
    -------
    pandas.DataFrame
        A row a question and order: ``question``, ``against``, ``base``, ``p_value``, ``p_holm`` (adjusted over the
        whole table), ``how`` and ``basis``; and ``lowest`` and ``highest``, the mean level in the first and the last
        group that has an answer.
    """
    tables, means = {}, {}
    for question in questions:
        for name, (groups, order) in orders.items():
            table = pd.crosstab(groups, answers[question.id])
            table = table.reindex(index=list(order), columns=list(question.options), fill_value=0)
            tables[question.id, name] = table
            levels = range(1, len(question.options) + 1)
            mean = (table * list(levels)).sum(axis=1) / table.sum(axis=1)
            ends = mean.dropna()
            means[question.id, name] = {
                "lowest": ends.iloc[0] if len(ends) else float("nan"),
                "highest": ends.iloc[-1] if len(ends) else float("nan"),
                "basis": basis[name],
            }
    if not tables:
        return pd.DataFrame(columns=["question", "against", "p_value", "p_holm", "basis"])
    found = exact_family(tables, ["question", "against"], ["jonckheere"])
    told = pd.DataFrame([means[row.question, row.against] for row in found.itertuples()], index=found.index)
    return found[["question", "against", "base", "p_value", "p_holm", "how"]].join(told)

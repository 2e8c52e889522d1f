"""Exact small-sample statistics: counts in, results out. Knows no survey, no file and no plot."""

from toe_analysis.statistics.adjustments import adjust_p_values
from toe_analysis.statistics.agreement import Agreement, cohens_kappa, krippendorff_alpha
from toe_analysis.statistics.associations import Association, association
from toe_analysis.statistics.comparisons import (
    FixedComparison,
    ShareComparison,
    compare_shares,
    compare_to_fixed,
)
from toe_analysis.statistics.exact import ExactTest, exact_test
from toe_analysis.statistics.families import exact_family
from toe_analysis.statistics.fisher import fisher_p_values
from toe_analysis.statistics.means import MeanAudit, audit_mean, mean_is_possible
from toe_analysis.statistics.nonresponse import TippingPoint, share_of_all, tipping_point
from toe_analysis.statistics.percentages import (
    Candidate,
    PercentageAudit,
    audit_percentage,
    feasible_counts,
    feasible_shares,
    impossible_part,
)
from toe_analysis.statistics.planning import Design, Plan, plan_all, plan_answers
from toe_analysis.statistics.power import power_of_comparison
from toe_analysis.statistics.precision import half_width, sample_for_half_width
from toe_analysis.statistics.shares import Interval, Share, finite_population_factor, finite_population_interval

__all__ = [
    "Agreement",
    "Association",
    "Candidate",
    "Design",
    "ExactTest",
    "FixedComparison",
    "Interval",
    "MeanAudit",
    "PercentageAudit",
    "Plan",
    "Share",
    "ShareComparison",
    "TippingPoint",
    "adjust_p_values",
    "association",
    "audit_mean",
    "audit_percentage",
    "cohens_kappa",
    "compare_shares",
    "compare_to_fixed",
    "exact_family",
    "exact_test",
    "feasible_counts",
    "feasible_shares",
    "finite_population_factor",
    "finite_population_interval",
    "fisher_p_values",
    "half_width",
    "impossible_part",
    "krippendorff_alpha",
    "mean_is_possible",
    "plan_all",
    "plan_answers",
    "power_of_comparison",
    "sample_for_half_width",
    "share_of_all",
    "tipping_point",
]

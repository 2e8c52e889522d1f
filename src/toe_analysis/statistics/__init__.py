"""Exact small-sample statistics: counts in, results out. Knows no survey, no file and no plot."""

from toe_analysis.statistics.adjustments import adjust_p_values
from toe_analysis.statistics.agreement import Agreement, cohens_kappa, krippendorff_alpha
from toe_analysis.statistics.frame.nonresponse import (
    TippingPoint,
    response_interval,
    share_bounds,
    tipping_gamma,
    tipping_point,
)
from toe_analysis.statistics.frame.weighting import (
    WeightedShare,
    effective_share,
    poststratify,
    r_indicator,
    weighted_share,
)
from toe_analysis.statistics.groups.comparisons import ShareComparison, compare_shares, fisher_p_values
from toe_analysis.statistics.groups.equivalence import Equivalence, equivalent_shares
from toe_analysis.statistics.groups.fixed import FixedComparison, compare_to_fixed, turning_shares
from toe_analysis.statistics.planning.plans import Plan, plan_answers, sample_for_half_width
from toe_analysis.statistics.planning.power import Design
from toe_analysis.statistics.printed.means import MeanAudit, audit_mean, mean_is_possible
from toe_analysis.statistics.printed.percentages import (
    PercentageAudit,
    audit_percentage,
    feasible_counts,
    feasible_shares,
    impossible_part,
)
from toe_analysis.statistics.shares import Interval, Result, Share, share_table
from toe_analysis.statistics.tables.associations import Association, association
from toe_analysis.statistics.tables.exact import ExactTest, exact_test
from toe_analysis.statistics.tables.families import collapsed_family, exact_family

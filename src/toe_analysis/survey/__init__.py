"""The survey: questionnaire, Microsoft Forms export, cleaning and AI status."""

from toe_analysis.survey.cleaning import MISSING, Cleaned, clean
from toe_analysis.survey.facts.questionnaire import Condition, Question, Questionnaire, read_questionnaire
from toe_analysis.survey.facts.routing import branches, shown
from toe_analysis.survey.facts.sizes import collapse_sizes, collapsings
from toe_analysis.survey.facts.status import DONT_KNOW, classify, status_order
from toe_analysis.survey.facts.study import Study
from toe_analysis.survey.facts.study_file import read_study
from toe_analysis.survey.opening import Responses, clean_again, read_responses, read_survey
from toe_analysis.survey.reading.export import Export, read_export
from toe_analysis.survey.source import BASES, Source, read_sidecar, read_source, weakest

import pandas as pd
from matplotlib.figure import Figure

from toe_analysis.showing.charts import caption, footer, percent_axis
from toe_analysis.showing.words import say

TABLE = pd.DataFrame({"base": [48, 11], "confidence": 0.9, "method": "wilson", "basis": ["published", "illustrative"]})


def test_the_line_below_tells_the_weakest_basis_and_what_is_given_replaces_what_the_table_says():
    told = footer("figure.footer", TABLE, "da", n="48 og 11").replace("\u00a0", " ")
    assert told.startswith("ILLUSTRATIV")
    assert told.endswith("n = 48 og 11; 90 %-interval (Wilson).")


def test_an_axis_of_shares_is_written_in_per_cent():
    axes = Figure().subplots()
    axes.set(xlim=(0, 1), xticks=[0, 0.5, 1])
    percent_axis(axes.xaxis, "en", "figure.share_axis")
    assert axes.get_xlabel() == say("figure.share_axis", "en")
    labels = [tick.get_text().replace("\u00a0", " ") for tick in axes.get_xticklabels()]
    assert labels == ["0 %", "50 %", "100 %"]


def test_words_stand_beside_their_mark():
    axes = Figure().subplots()
    caption(axes, "4 of 48", (0, 0), color="red")
    (text,) = axes.texts
    assert (text.xy, text.xyann, text.get_va(), text.get_color()) == ((0, 0), (5, 0), "center", "red")

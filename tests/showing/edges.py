"""One check for every chart: nothing that is drawn runs over the edge of the page."""

from matplotlib import style
from matplotlib.figure import Figure

from toe_analysis.showing.figures import STYLE


def drawn_within_its_edges(draw, language: str) -> tuple[Figure, str]:
    """Draw a chart as it is published, hold it to its edges, and return it with its alt text."""
    with style.context(STYLE):
        figure, alternative = draw(language)
        figure.draw_without_rendering()  # lays the figure out
        drawn = figure.get_tightbbox()  # inches
    width, height = figure.get_size_inches()
    assert drawn.x0 >= -0.02
    assert drawn.y0 >= -0.02
    assert drawn.x1 <= width + 0.02
    assert drawn.y1 <= height + 0.02
    return figure, alternative

"""The picture of the stages: a line each, and an arc from every stage to those that read what it left."""

import html

from toe_analysis.running.stages import STAGES, Stage, waits_for
from toe_analysis.showing.words import say

_WIDTH, _STEP, _TOP = 760, 46, 16
#: Where arcs end, and where the words begin.
_EDGE, _WORDS = 118, 132
_INK, _LINE = "#222222", "#0072B2"


def pipeline_picture(language: str) -> str:
    """Return the picture as SVG that carries its own title and description."""
    height = _STEP * len(STAGES) + 2 * _TOP
    place = {stage.name: _TOP + _STEP * (row + 0.5) for row, stage in enumerate(STAGES)}
    arcs = [(other, stage.name) for stage in STAGES for other in sorted(waits_for(stage, STAGES))]
    told = "; ".join(f"{start} → {end}" for start, end in arcs)
    title = say("pipeline.title", language)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="pipeline-title pipeline-text" lang="{language}" font-family="sans-serif">',
        f'<title id="pipeline-title">{html.escape(title)}</title>',
        f'<desc id="pipeline-text">{html.escape(told)}</desc>',
        '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{_LINE}"/></marker></defs>',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        *(_arc(place[start], place[end]) for start, end in arcs),
        *(_stage(stage, place[stage.name], language) for stage in STAGES),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _arc(start: float, end: float) -> str:
    """Draw a way from one line to a later one, the further to the left the longer it is."""
    reach = _EDGE - 12 - (end - start) / 4
    return (
        f'<path d="M{_EDGE} {start:g}C{reach:g} {start + 6:g} {reach:g} {end - 6:g} {_EDGE - 2} {end:g}" fill="none" '
        f'stroke="{_LINE}" stroke-width="1.4" marker-end="url(#end)"/>'
    )


def _stage(stage: Stage, middle: float, language: str) -> str:
    made = say("pipeline.made", language, tables=len(stage.tables), figures=len(stage.figures(language)))
    return (
        f'<circle cx="{_EDGE}" cy="{middle:g}" r="4" fill="{_INK}"/>'
        f'<text x="{_WORDS}" y="{middle - 3:g}" font-size="16" fill="{_INK}">'
        f'<tspan font-weight="bold">{stage.name[:2]}</tspan> {html.escape(say(f"stage.{stage.name}", language))}</text>'
        f'<text x="{_WORDS}" y="{middle + 15:g}" font-size="13" fill="#595959">{html.escape(made)}</text>'
    )

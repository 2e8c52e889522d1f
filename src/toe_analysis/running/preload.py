"""What every stage needs, loaded once: importing this module is all that the kernel server does before it serves."""

import contextlib
import gc
import importlib
import io
import pkgutil

import toe_analysis
from toe_analysis.running.engine import nbformat


def _load() -> None:
    for name in ("toe_analysis.running.execute", "toe_analysis.running.kernel_app"):
        importlib.import_module(name)
    for module in pkgutil.walk_packages(toe_analysis.__path__, "toe_analysis."):
        if not module.name.startswith(("toe_analysis.running", "toe_analysis.commands")):
            # A module that cannot be imported is named by the notebook that needs it, with its own traceback.
            with contextlib.suppress(Exception):
                importlib.import_module(module.name)
    nbformat.validate(nbformat.v4.new_notebook())  # makes the checker of notebooks, which then is kept
    with contextlib.suppress(Exception):
        _draw_once()


def _draw_once() -> None:
    """Draw a figure that nobody sees, so that fonts and the SVG writer are loaded too."""
    from toe_analysis.showing.figures import new_figure

    new_figure(1.0, "title", "footer").savefig(io.BytesIO(), format="svg")


_load()
gc.collect()
gc.freeze()  # what is loaded by now is shared with every child: the garbage collector need not touch, and so copy, it

"""papermill and nbclient, without what they load and no notebook needs."""

import sys

# jsonschema, which checks the form of a notebook, reads a grammar of web addresses if it finds one. That takes longer
# than all of papermill, and notebooks have no field that it would check.
sys.modules["rfc3987_syntax"] = None

import nbformat  # noqa: E402
import papermill  # noqa: E402
from nbclient.exceptions import DeadKernelError  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402

del sys.modules["rfc3987_syntax"]

__all__ = ["DeadKernelError", "PapermillExecutionError", "nbformat", "papermill"]

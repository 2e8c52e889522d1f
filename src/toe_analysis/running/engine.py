"""papermill and nbclient, without what they load and no notebook needs."""

from toe_analysis.running.lean import without_web_addresses

with without_web_addresses():
    import nbformat
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

__all__ = ["DeadKernelError", "PapermillExecutionError", "nbformat", "papermill"]

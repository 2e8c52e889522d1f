"""Imports without what they load on the way and nobody here needs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_web_addresses() -> Iterator[None]:
    """Let a notebook library load without the grammar of web addresses.

    jsonschema, which checks the form of a notebook, reads that grammar if it finds one. It takes longer than all of
    papermill, and notebooks have no field that it would check.
    """
    sys.modules["rfc3987_syntax"] = None
    try:
        yield
    finally:
        del sys.modules["rfc3987_syntax"]

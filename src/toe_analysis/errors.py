"""The one exception that is meant for the person at the keyboard."""


class InputError(Exception):
    """Something the user gave cannot be used; the message says what was expected, found, where, and what to do.

    It is shown as one sentence without a traceback, so every message must stand alone.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows instead of a traceback; IPython asks for this by name."""
        return [str(self)]

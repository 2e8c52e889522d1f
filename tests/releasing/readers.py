"""What both tests of a release know of its reader: what is hidden from one, and what was drawn for that."""


def draws(*hidden):
    """Draws by which these cells are hidden though they need not be, and no others."""
    return lambda cell: 0.0 if cell in hidden else 0.5


def hidden_cells(tables, release):
    """Every cell of the tables that a release does not show."""
    shown = {(name, label) for name, table in release.tables.items() for label in table.index[table.notna()]}
    cells = [(table.name, label) for table in tables for label in table.index]
    return [
        (name, label if isinstance(label, tuple) else (label,)) for name, label in cells if (name, label) not in shown
    ]

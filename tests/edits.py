"""Changes to files that a test makes before it looks at what comes of them."""


def edit(path, old, new, count=-1):
    """Replace text in a file; text that is not there would make the test say nothing."""
    text = path.read_text(encoding="utf-8")
    assert old in text, (path.name, old)
    path.write_text(text.replace(old, new, count), encoding="utf-8")

"""The reference of what others may call, as Markdown.

It is made from the docstrings as they stand in the text of the modules; nothing is imported.
"""

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import toe_analysis

_PACKAGE = Path(toe_analysis.__file__).parent

#: Where the reference lies, in the project.
FOLDER = "docs/reference"

_MADE = "<!-- made from the docstrings by python run_all.py export -->"
_AUDIT = (
    *("commands/claims", "published/claims"),
    *("topics/audit/arithmetic", "topics/audit/bases", "topics/audit/reasons", "topics/audit/recounts"),
)

_Documented = ast.FunctionDef | ast.ClassDef


def reference_files() -> dict[str, bytes]:
    """Return the pages of the reference, by their paths in the project."""
    pages = {
        "statistics": _page("Statistics", "statistics/__init__", _exported("statistics/__init__")),
        "audit": _page("The audit of a report's numbers", _AUDIT[0], dict.fromkeys(_AUDIT)),
    }
    return {f"{FOLDER}/{name}.md": text.encode() for name, text in pages.items()}


def _page(title: str, opening: str, modules: dict[str, set[str] | None]) -> str:
    """Return a page: what its first module says, then each module's names; None stands for all that are public."""
    lines = [f"# {title}", "", _MADE, "", _markdown(ast.get_docstring(ast.parse(_text(opening))))]
    for module, names in modules.items():
        text = _text(module)
        tree = ast.parse(text)
        dotted = f"toe_analysis.{module.replace('/', '.')}"
        lines += ["", f"## `{dotted}`"]
        if module != opening:
            lines += ["", _markdown(ast.get_docstring(tree))]
        for node in tree.body:
            if isinstance(node, _Documented) and (_is_public(node) if names is None else node.name in names):
                lines += _entry(node, text)
    return "\n".join(lines) + "\n"


def _exported(package: str) -> dict[str, set[str]]:
    """Return the names that a package offers, by the modules in which they are defined."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(_text(package)).body:
        if isinstance(node, ast.ImportFrom):
            module = node.module.removeprefix("toe_analysis.").replace(".", "/")
            found[module] = {alias.name for alias in node.names}
    return found


def _entry(node: _Documented, text: str, owner: str = "") -> Iterator[str]:
    """Yield a function, or a class with its methods."""
    name = f"{owner}.{node.name}" if owner else node.name
    yield from ("", f"{'####' if owner else '###'} {name}", "", "```python", _signature(node, text), "```", "")
    yield _markdown(ast.get_docstring(node))
    if isinstance(node, ast.ClassDef):
        for part in node.body:
            if isinstance(part, ast.FunctionDef) and _is_public(part):
                yield from _entry(part, text, name)


def _is_public(node: _Documented) -> bool:
    return not node.name.startswith("_") and ast.get_docstring(node) is not None


def _signature(node: _Documented, text: str) -> str:
    """Return how a function begins, as it is written, or a class with its public fields."""
    lines = text.splitlines()
    head = lines[min(part.lineno for part in (node, *node.decorator_list)) - 1 : node.body[0].lineno - 1]
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and not part.target.id.startswith("_"):
            head += lines[part.lineno - 1 : part.end_lineno]
    return textwrap.dedent("\n".join(head))


def _markdown(docstring: str) -> str:
    """Return a numpydoc docstring as Markdown, with each example, from a prompt to the next empty line, in fences."""
    text = re.sub(r":math:(`[^`]+`)", r"$\1$", docstring)
    lines = re.sub(r"^\.\. math:: (.+(?:\n .+)*)", r"$$\1$$", text, flags=re.MULTILINE).splitlines()
    out: list[str] = []
    section = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if re.fullmatch(r"-{3,}", line) and out[-1:] == [f"**{section}**"]:
            out.append("")
        elif re.fullmatch(r"-{3,}", following) and re.fullmatch(r"[A-Z][A-Za-z ]+", line):
            section = line
            out.append(f"**{section}**")
        elif section in ("Parameters", "Returns", "Yields", "Raises", "Attributes") and line:
            out.append(f"  {line.strip()}" if line.startswith(" ") else f"- {_named(line)}")
        else:
            out.append(line)
    return re.sub(r"^>>> .*(\n.+)*", r"```pycon\n\g<0>\n```", "\n".join(out), flags=re.MULTILINE)


def _named(line: str) -> str:
    """Return the first line of an entry, ``name : type`` or a type alone, with what is code marked as code."""
    name, colon, kind = line.partition(" : ")
    return f"`{name}`{f': {kind}' if colon else ''}  "


def _text(module: str) -> str:
    return (_PACKAGE / f"{module}.py").read_text(encoding="utf-8")

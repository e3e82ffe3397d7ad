"""The commands that documents give, as they stand there."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def section(document: str, title: str) -> str:
    """The text under a heading of two or three #, up to the next."""
    text = (DOCS / document).read_text().partition(f"# {title}\n")[2]
    assert text, f"{document} has no section {title}"
    return re.split(r"^#{2,3} ", text, maxsplit=1, flags=re.MULTILINE)[0]


def scripts(document: str, title: str, kind: str = "sh") -> list[str]:
    """The shell commands under a heading, or what else is of that kind, one text for each block."""
    found = re.findall(rf"^```{kind}\n(.*?)^```", section(document, title), re.MULTILINE | re.DOTALL)
    assert found, f"{document}, {title}: no commands"
    return found

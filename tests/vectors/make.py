"""Write the vectors, or say with --check which of them no longer come out as they are written.

Write them again only after docs/envelope.md has changed.
"""

import json
import sys
from pathlib import Path

from make_golden import golden
from make_mutants import mutants
from make_refusals import refusals

HERE = Path(__file__).parent
FILES = {"golden.json": golden, "refusals.json": refusals, "mutants.json": mutants}


def main() -> None:
    texts = {name: json.dumps(make(), indent=1) + "\n" for name, make in FILES.items()}
    changed = [name for name, text in texts.items() if _written(name) != text]
    if "--check" in sys.argv:
        sys.exit(", ".join(changed) or None)
    for name in changed:
        (HERE / name).write_text(texts[name])


def _written(name: str) -> str:
    return (HERE / name).read_text() if (HERE / name).exists() else ""


if __name__ == "__main__":
    main()

"""What the documents point to is there: other documents, headings in them, files and folders of the tree."""

import re
from pathlib import Path

import pytest

from tests.docs.conftest import CLONE

DOCUMENTS = sorted([*CLONE.glob("*.md"), *(CLONE / "docs").glob("*.md"), *(CLONE / "docker").glob("*.md")])
ROOMS = (
    "onetimeshare",
    "shares",
    "accounts",
    "sealing",
    "ots",
    "templates",
    "frontend",
    "tests",
    "bench",
    "supply",
    "docs",
    "requirements",
)


def named(path: Path) -> str:
    return path.relative_to(CLONE).as_posix()


def prose(path: Path) -> str:
    return re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    """Headings as they become parts of an address."""
    titles = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_of_a_document_leads_somewhere(document: Path):
    broken = []
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", prose(document)):
        name, _, heading = target.partition("#")
        there = (document.parent / name).resolve() if name else document
        if not there.exists() or (heading and heading not in anchors(there)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_that_a_document_names_exists(document: Path):
    mentioned = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`", prose(document))

    assert [name for name in mentioned if not (CLONE / name).exists()] == []


def test_the_documents_are_all_there():
    names = {named(path) for path in DOCUMENTS}

    assert names >= {
        *("README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "docs/api.md", "docs/client.md"),
        *(
            f"docs/{name}.md"
            for name in (
                "architecture",
                "envelope",
                "threat-model",
                "operations",
                "settings",
                "api",
                "client",
                "promises",
                "asvs",
            )
        ),
    }


def test_no_document_uses_the_word_that_names_a_proof_technique():
    said = [path.name for path in DOCUMENTS if re.search(r"zero.knowledge", path.read_text(), re.IGNORECASE)]

    assert set(said) <= {"envelope.md"}, "say end-to-end encrypted, or encrypted by the server"

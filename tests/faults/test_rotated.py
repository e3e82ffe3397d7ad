"""SECRET_KEY is rotated by the book on a running server: who was signed in stays so, until it is finished."""

import os
import sys
from pathlib import Path

from tests.docs.runbooks import scripts
from tests.faults.client import Ask, send
from tests.faults.moderator import SHARES as ADMIN
from tests.faults.moderator import Moderator
from tests.faults.processes import CLONE, end

SECTION = "`SECRET_KEY`: changed without signing anybody out"
ROTATE, FINISH, _AT_ONCE = scripts("keys.md", SECTION)


def by_the_book(rig, script):
    """The command, then the restart that the document asks for."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{rig.env['PATH']}"
    log = rig.folder / "book.log"
    running = rig.account.spawn(["sh", "-euc", f"cd {CLONE}\n{script}"], {**rig.env, "PATH": path}, log)
    code = running.wait(60)
    end(running)
    assert code == 0, log.read_text()
    rig.restart()


def is_in(staff, rig):
    return send(rig.urls[0], Ask("GET", ADMIN, staff._headers())).status == 200


def test_a_session_outlives_the_rotation_and_not_its_end(make_rig):
    rig = make_rig(masters=1)
    staff = Moderator(rig)

    by_the_book(rig, ROTATE)
    assert is_in(staff, rig)
    later = Moderator(rig)
    by_the_book(rig, FINISH)

    assert not is_in(staff, rig)
    assert is_in(later, rig)

"""SECRET_KEY is rotated by the book on a running server: who was signed in stays so, until it is finished."""

import os
import sys
from pathlib import Path

import pytest

from tests.docs.runbooks import scripts
from tests.faults.client import Ask, send
from tests.faults.moderator import SHARES as ADMIN
from tests.faults.moderator import Moderator
from tests.faults.processes import CLONE, end
from tests.faults.twins import assert_red

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


def a_session_outlives_the_rotation_and_not_its_end(rig):
    staff = Moderator(rig)

    by_the_book(rig, ROTATE)
    assert is_in(staff, rig), "signed out by the rotation"
    later = Moderator(rig)
    by_the_book(rig, FINISH)

    assert not is_in(staff, rig)
    assert is_in(later, rig)


def test_a_session_outlives_the_rotation_and_not_its_end(make_rig):
    a_session_outlives_the_rotation_and_not_its_end(make_rig(masters=1))


@pytest.mark.full
def test_a_rotation_that_forgets_the_key_before_it_is_noticed(make_rig):
    said = assert_red(
        make_rig(masters=1, twin="rotation_forgets"), a_session_outlives_the_rotation_and_not_its_end
    )

    assert "signed out by the rotation" in said

"""R9: `kill -9` of a worker, a gunicorn master, Postgres or Redis, at every step of creating and claiming."""

import random
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.counts import count
from tests.faults.envelopes import Envelope
from tests.faults.insistent import LARGE_BYTES, MARK, Ledger
from tests.faults.processes import lives
from tests.faults.rows import nothing_is_half, story
from tests.faults.stops import CLAIM, CREATE, Stops
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true

ENGINES = ("postgres", "valkey")
VICTIMS = ("worker", "master", *ENGINES)
ANYWHERE = ""
# All of them always: a place that the product no longer comes by would prove nothing.
PLACES = (*CREATE, *CLAIM, ANYWHERE)
ROUNDS = count(1, 10)
SMALL_BYTES = 700
ENVIRON = {"STOPS": "1", "DATABASE_PATIENCE_SECONDS": "2", "WEB_GRACE_SECONDS": "2"}


# --- what is under way --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """Somebody whose work comes by some place; a share that is claimed there, and whoever wants it too."""

    work: Callable[[], None]
    wanted: Envelope | None = None
    may_lose: bool = False  # plain curl claims under a secret that the server makes


def scene(ledger, place):
    size = random.choice((SMALL_BYTES, LARGE_BYTES))
    if place in CREATE:
        return Scene(lambda: random.choice((ledger.leaves, ledger.puts))(size))
    if place == "hashed":
        envelope, by_curl = ledger.a_share(password="correct horse"), random.random() < 0.5
        work = ledger.opens_by_curl if by_curl else ledger.opens_by_page
        return Scene(lambda: work(envelope), envelope, by_curl)
    if place in ("half sent", "all sent"):
        size = LARGE_BYTES
    envelope = ledger.a_share(size, guarded=place == "paid")
    return Scene(lambda: ledger.takes(envelope), envelope)


def a_small_create(ledger, place):
    return Scene(lambda: ledger.leaves(SMALL_BYTES))


# --- who dies -----------------------------------------------------------------------------------------


def a_worker_soon(rig):
    time.sleep(random.uniform(0, 0.1))
    while not (pids := [pid for master in rig.masters for pid in master.worker_pids]):
        time.sleep(0.01)
    return random.choice(pids)


def kill(rig, victim, pid, stops):
    """It dies, whoever was held goes on, and what nobody else brings back is started again."""
    if victim in ENGINES:
        rig.kill_9(getattr(rig.pair.found, f"{victim}_pid"))
        before, after = random.sample((stops.disarm, rig.pair.start), 2)
        before(), after()
    elif victim == "worker":
        rig.kill_9(pid)
        stops.disarm()
    else:
        master = next(each for each in rig.masters if pid in each.worker_pids)
        rig.kill_9(master.pid)
        stops.disarm()
        comes_true(1, lambda: not lives(pid))  # the orphan ends its work; then as a service manager does
        master.stop(0)
        master.start()


def one_kill(rig, ledger, victim, place, scene):
    stops, under_way = Stops(rig), scene(ledger, place or random.choice((*CREATE, *CLAIM)))
    if place:
        stops.arm(place)
    with ThreadPoolExecutor(2) as crowd:
        running = [crowd.submit(under_way.work)]
        pid = stops.wait(20) if place else a_worker_soon(rig)
        if under_way.wanted and random.random() < 0.5:
            running.append(crowd.submit(ledger.takes, under_way.wanted))
        kill(rig, victim, pid, stops)
        for each in running:
            each.result(90)
    if envelope := under_way.wanted:
        given = ledger.given[envelope.id]
        assert given <= 1, "two got the same share"
        assert given or under_way.may_lose, "a share is gone and nobody had it"


# --- what must be true afterwards ---------------------------------------------------------------------


def nothing_is_left_behind(rig, ledger, temporary):
    nothing_is_half(rig)
    for envelope in ledger.known.values():
        story(rig, envelope)
    files = [path for folder in (rig.folder, rig.pair.root, temporary) for path in folder.rglob("*")]
    assert [path.name for path in files if holds_plaintext(path)] == []
    assert "Traceback" not in rig.logs()


def holds_plaintext(path: Path) -> bool:
    try:
        return path.is_file() and MARK in path.read_bytes()
    except FileNotFoundError:  # a server removes its own while we look
        return False


def kills_do_no_harm(rig, temporary, victim, places=PLACES, rounds=ROUNDS, scene=scene):
    """How many were killed, and how many of the shares that were acknowledged were given to somebody."""
    ledger = Ledger(rig)
    for _ in range(rounds):
        for place in random.sample(places, len(places)):
            one_kill(rig, ledger, victim, place, scene)
        nothing_is_left_behind(rig, ledger, temporary)
        ledger.take_all_that_waits()
    return rounds * len(places), ledger.given.total()


@pytest.fixture
def temporary():
    folder = Path(tempfile.mkdtemp(prefix="onetimeshare-temporary-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def killed_rig(make_rig, temporary):
    def killed_rig(victim, twin=""):
        environ = {**ENVIRON, "TMPDIR": str(temporary)}
        return make_rig(masters=2, own_engines=victim in ENGINES, twin=twin, environ=environ)

    return killed_rig


@pytest.mark.promise("R9")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "victim", ["worker", *(pytest.param(each, marks=pytest.mark.full) for each in VICTIMS[1:])]
)
def test_a_kill_at_any_step_loses_nothing_and_leaves_nothing(killed_rig, temporary, victim, figure):
    kills, given = kills_do_no_harm(killed_rig(victim), temporary, victim)

    figure("R9", f"{kills} kills of a {victim} at {len(PLACES)} places: {given} of {given} shares given once")


@pytest.mark.twin("R9")
@pytest.mark.parametrize(
    ("twin", "place", "scene", "said"),
    [
        ("orphans_stay", "renamed", a_small_create, "belongs to nobody"),
        pytest.param("lease_once", "claimed", scene, "nobody had it", marks=pytest.mark.full),
    ],
)
def test_a_product_that_forgets_after_a_kill_is_noticed(killed_rig, temporary, twin, place, scene, said):
    rig = killed_rig("worker", twin)

    told = assert_red(
        rig, lambda rig: kills_do_no_harm(rig, temporary, "worker", [place], rounds=count(1, 3), scene=scene)
    )

    assert said in told

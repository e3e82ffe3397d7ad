"""S4: `ots` takes and refuses what the room and the browser do; all three read tests/vectors/mutants.json."""

import functools

import pytest

from ots import Client, OtsError
from sealing import keys
from tests.faults.counts import count
from tests.faults.twins import loaded
from tests.ots.hostile import Envelope
from tests.sealing.sealing_vectors import Stretched, envelope, mutated, open_key, read

MUTANTS = read("mutants.json")
# Those that change nothing that counts come first, and must be among the few of every day.
EVERY = count(4, 1)


@pytest.fixture(scope="module")
def whole():
    """The bases, with their blobs."""
    stretched = Stretched()

    def made(base):
        return envelope(base, open_key(base | {"wrapped_key": bytes.fromhex(base["wrapped_key"])}, stretched))

    return {base["name"]: made(base) for base in MUTANTS["bases"]}


@pytest.fixture
def _stretched_once(monkeypatch):
    """Many mutants share one password, and Argon2id takes its time."""
    monkeypatch.setattr(keys, "password_keys", functools.cache(keys.password_keys))


def taken(hostile, fields):
    """What `ots` gives out of what that server hands out: what was released, and whether it was all."""
    made = Envelope(hostile.url, fields["blob"], fields["meta"], wrapped_key=fields["wrapped_key"])
    made.kdf = fields["kdf"]
    hostile.hands_out(made)
    link = fields["link"].replace("https://h/", f"{hostile.url}/")
    link = link.replace("HTTPS://h/", f"{hostile.url.upper()}/")
    released = bytearray()
    try:
        with Client() as client, client.open(link, fields["password"]) as opening:
            for _, piece in opening:
                released += piece
            opening.done()
    except OtsError:
        return bytes(released), False
    return bytes(released), True


def ots_agrees(hostile, whole, mutants):
    for n, mutant in enumerate(mutants):
        base = whole[mutant["base"]]
        truth = base["plain"][: sum(base["sizes"])]

        released, is_open = taken(hostile, mutated(base, mutant))

        assert is_open == (mutant["expect"] == "open"), (n, mutant)
        assert truth.startswith(released), (n, mutant)
        assert not is_open or released == truth, (n, mutant)
        assert hostile.times("burn") == is_open, (n, mutant)


@pytest.mark.promise("S4")
@pytest.mark.usefixtures("_stretched_once")
def test_ots_takes_and_refuses_the_mutants_as_their_file_says(hostile, whole, figure):
    opens = [mutant for mutant in MUTANTS["mutants"] if mutant["expect"] == "open"]
    refused = [mutant for mutant in MUTANTS["mutants"] if mutant["expect"] == "refuse"]

    ots_agrees(hostile, whole, [*opens, *refused[::EVERY]])

    figure("S4", f"{len(opens) + len(refused[::EVERY])} mutants of 5 envelopes: `ots` agrees with their file")


@pytest.mark.twin("S4")
def test_a_client_that_opens_later_versions_is_noticed(hostile, whole, red):
    later = [mutant for mutant in MUTANTS["mutants"] if "#2" in str(mutant["value"])]

    with loaded("opens_later_versions"), pytest.raises(AssertionError, match="#2"):
        ots_agrees(hostile, whole, later)
    red("links of a later version are opened")

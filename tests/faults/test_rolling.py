"""R23: every host is restarted in turn while shares come and go: none is lost, none is given out twice."""

import asyncio
import os
import time

import pytest

from tests.faults import client
from tests.faults.client import send
from tests.faults.counts import count
from tests.faults.envelopes import seal, unb64
from tests.faults.rolling import Crowd
from tests.faults.twins import assert_red

DOWNLOADS, UPLOADS = count(4, 50), count(3, 20)
MIB = 1024**2
BIG_BYTES = count(20, 24) * MIB
GRACE_SECONDS = 2
# Larger and slower than what a stopping host may still send, and what lies in buffers on its way.
DOWNLOAD_SECONDS = count(6, 20)
UPLOAD_BYTES, UPLOAD_SECONDS = 300_000, 1
IN_A_HURRY = {"WEB_GRACE_SECONDS": str(GRACE_SECONDS)}


def restart_in_turn(rig):
    """As a balancer's operator does: the next only when the last answers again."""
    time.sleep(DOWNLOAD_SECONDS / 6)
    for master in rig.masters:
        master.ask_to_stop()
        master.stop(GRACE_SECONDS + 10)
        master.start()
        master.wait_until_ready()


def all_arrives(rig, *, downloads=DOWNLOADS, uploads=UPLOADS):
    envelopes = [client.leave(rig.urls[0], seal(os.urandom(BIG_BYTES))) for _ in range(downloads)]
    crowd = Crowd(rig.urls)
    pace = BIG_BYTES // DOWNLOAD_SECONDS
    work = [crowd.receive(envelope, pace) for envelope in envelopes]
    work += [crowd.leave(UPLOAD_BYTES, UPLOAD_SECONDS) for _ in range(uploads)]
    work += [crowd.put(UPLOAD_BYTES, UPLOAD_SECONDS) for _ in range(uploads // 3)]
    asyncio.run(crowd.run([*work, crowd.until(lambda: restart_in_turn(rig))]))

    assert crowd.breaks >= downloads / 2, "hardly any download was cut: this proved nothing"
    assert (len(crowd.arrived), crowd.strange) == (downloads, set())
    assert len(crowd.left) >= 2 * uploads
    for envelope in crowd.left:
        said = send(rig.urls[0], client.claim(envelope, lease := os.urandom(32))).json
        blob = send(rig.urls[0], client.fetch(envelope, lease)).body
        assert envelope.open(unb64(said["wrapped_key"]), unb64(said["meta"]), blob) == envelope.plain
        assert send(rig.urls[0], client.burn(envelope, lease)).status == 204
    for link, plain in crowd.links:
        opened = send(rig.urls[0], client.form(f"/s/{link.partition('#')[0][-16:]}", {"link": link}))
        assert opened.body == plain
    assert "Traceback" not in rig.logs()
    rig.sweep()
    assert (rig.blobs(), rig.incoming()) == ([], [])


@pytest.mark.promise("R23")
def test_hosts_restart_in_turn_and_every_transfer_ends_well(make_rig, figure):
    all_arrives(make_rig(masters=2, environ=IN_A_HURRY))
    figure("R23", f"{DOWNLOADS} downloads and {UPLOADS} uploads at a time under restarts: all arrived")


@pytest.mark.twin("R23")
def test_a_product_that_cannot_go_on_where_it_was_cut_is_noticed(make_rig):
    twin = make_rig(masters=2, twin="deaf_to_ranges", environ=IN_A_HURRY)

    said = assert_red(twin, lambda rig: all_arrives(rig, downloads=2, uploads=0))

    assert "other bytes arrived" in said

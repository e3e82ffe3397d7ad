"""The sweep as a service: what it says goes to the log, and trouble does not end it."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from shares.errors import StoreAway
from shares.services.sweep import Sweeper
from tests.builders import a_waiting_share

pytestmark = pytest.mark.django_db(transaction=True)


class Enough(Exception):
    """The test has seen what it wanted."""


def test_it_writes_to_the_log_and_goes_on_after_trouble(monkeypatch, capsys, caplog):
    sent = a_waiting_share()
    sent.move(expires_at=-timedelta(seconds=1))
    pauses = []

    def pause(seconds):
        """Where the service waits: the first time storage breaks, the second time it was enough."""
        pauses.append(seconds)
        if len(pauses) == 2:
            raise Enough
        monkeypatch.setattr(Sweeper, "_drop_dead_streams", without_storage)

    def without_storage(sweeper):
        raise StoreAway

    monkeypatch.setattr("shares.management.commands.purge_shares.time.sleep", pause)
    with pytest.raises(Enough):
        call_command("purge_shares", every=7.0)

    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said[0] == ("INFO", "swept: blobs_removed 1, expired 1")
    assert said[1][0] == "ERROR"
    assert said[1][1].startswith("The sweep stopped, storage failed:")
    assert pauses == [7.0, 7.0]
    assert capsys.readouterr().out == ""

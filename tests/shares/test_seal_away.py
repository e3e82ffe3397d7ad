import pytest
from django.db import OperationalError

from shares.services import seal
from shares.storage import share_storage


def test_a_postgres_that_did_not_answer_is_not_asked_a_second_time(monkeypatch):
    asked = []

    def away(self):
        raise OperationalError

    monkeypatch.setattr(seal.Sealing, "begin", away)
    monkeypatch.setattr(seal, "end", lambda *words: asked.append(words))

    with pytest.raises(OperationalError), seal.sealing():
        pass

    assert asked == []
    assert list(share_storage().list_unfinished()) == []

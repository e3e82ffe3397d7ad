from io import BytesIO

import pytest

from shares.models import Share
from shares.values import State


class BreaksOff(BytesIO):
    """A body whose chunks cannot be read; each server raises what it likes."""

    def read(self, *args: object) -> bytes:
        if data := super().read(3):
            return data
        raise RuntimeError("invalid chunk size")


@pytest.mark.django_db
def test_a_body_that_the_server_cannot_read_is_the_senders_mistake_and_leaves_nothing(client):
    environ = {"wsgi.input": BreaksOff(b"abcdef"), "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}

    refused = client.put("/notes.txt", **environ)

    assert refused.status_code == 400
    assert [share.state for share in Share.objects.all()] == [State.EXPIRED]

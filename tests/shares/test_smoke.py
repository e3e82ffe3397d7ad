import pytest


@pytest.mark.django_db
def test_put_then_open_once_then_gone(client):
    left = client.put("/notes.pdf", b"content", content_type="application/octet-stream")
    link = next(line.strip() for line in left.content.decode().splitlines() if "/s/" in line)

    first = client.post(link.split("#")[0], {"link": link})
    assert b"".join(first.streaming_content) == b"content"
    second = client.post(link.split("#")[0], {"link": link})

    assert second.status_code == 410

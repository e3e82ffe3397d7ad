import pytest


@pytest.mark.django_db
def test_a_name_with_a_line_break_is_a_name_like_any_other(client):
    left = client.put("/new%0Aline.txt", b"content", content_type="application/octet-stream")

    assert left.status_code == 201
    assert 'Sealed "newline.txt"' in left.content.decode()

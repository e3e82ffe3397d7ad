import pytest

FORM = '--line\r\nContent-Disposition: form-data; name="link"\r\n\r\nx\r\n--line--\r\n'


@pytest.mark.parametrize("charset", ["idna", "rot13", "undefined", "base64"])
@pytest.mark.parametrize("path", ["/", "/s/aaaqeayeaudaocaj", "/m/aaaqeayeaudaocaj", "/admin/login/"])
def test_a_form_in_what_is_no_charset_is_a_bad_request(client, charset, path):
    kind = f"multipart/form-data; boundary=line; charset={charset}"

    refused = client.generic("POST", path, FORM, content_type=kind)

    assert refused.status_code == 400

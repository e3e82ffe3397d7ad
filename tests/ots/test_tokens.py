"""`ots` for an account: where strangers may leave nothing, a token lets it, and makes the share one's own."""

import pytest

from tests.browser import members
from tests.browser.site import a_site
from tests.ots.commands import Ots


@pytest.fixture(scope="module")
def members_only():
    with a_site(ANONYMOUS_SENDING="off", MEMBER_SHARES_A_DAY="2") as made:
        yield made


@pytest.fixture
def ots(members_only, tmp_path):
    return Ots(tmp_path / "home", tmp_path, members_only.url)


def test_a_token_leaves_what_strangers_may_not_and_anybody_with_the_link_opens_it(members_only, ots):
    refused = ots("send", stdin=b"x", code=10)
    assert "Only signed-in people can leave things here." in refused.err
    assert "ots config token" in refused.err

    member = members.a_member(members_only)
    ots("config", "server", ots.server)
    ots("config", "token", stdin=members.a_token(members_only, member, "send").encode() + b"\n")
    sent = ots("send", stdin=b"for one person")
    assert members_only.sql("SELECT owner_id FROM shares_share") == [(member.pk,)]
    assert ots("get", sent.link).out == "for one person"

    wrong = ots("send", stdin=b"x", code=10, OTS_TOKEN="ots_nothing")
    assert "not known here" in wrong.err
    ots("send", stdin=b"x")
    used_up = ots("send", stdin=b"x", code=10)
    assert "No more shares can be left from here today." in used_up.err

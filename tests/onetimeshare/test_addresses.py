"""Who is asking: the client's address behind so many proxies as we were told, and behind no more."""

import pytest
from django.test import RequestFactory

from onetimeshare.addresses import NOBODY, client_address, client_network


def asked(peer, forwarded=None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "192.0.2.1"),
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (1, "6.6.6.6,7.7.7.7,198.51.100.7", "198.51.100.7"),
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "nonsense", NOBODY),
        (1, "198.51.100.7, ", NOBODY),
        (1, "198.51.100.7:4711", NOBODY),
    ],
)
def test_an_address_is_believed_only_where_our_own_proxy_wrote_it(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = proxies

    assert client_address(asked("192.0.2.1", forwarded)) == address


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:0201", "192.0.2.1"),
        ("2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", NOBODY),
        ("unix:", NOBODY),
        ("192.0.2.256", NOBODY),
        ("1", NOBODY),
        ("٣.0.0.1", NOBODY),
    ],
)
def test_one_address_has_one_spelling(peer, address):
    assert client_address(asked(peer)) == address


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "0.0.0.0/24"),
    ],
)
def test_a_network_is_what_one_household_has(peer, network):
    assert client_network(asked(peer)) == network

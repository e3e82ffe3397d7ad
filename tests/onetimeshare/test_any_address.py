"""Whoever asks, by whatever spelling, behind whatever they claim to stand behind (S2)."""

import ipaddress
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onetimeshare import addresses
from onetimeshare.addresses import NOBODY
from tests.examples import TOLD, tried

address = st.ip_addresses()
claimed = st.lists(st.text(st.characters(codec="latin-1")) | address.map(str), max_size=3)
with_proxies = pytest.mark.parametrize("hops", range(4))


@st.composite
def spellings(draw):
    """An address, and one way to write it."""
    found = draw(address)
    if found.version == 4:
        mapped = ipaddress.IPv6Address(f"::ffff:{found}")
        return found, draw(st.sampled_from([str(found), str(mapped), mapped.exploded.upper()]))
    text = draw(st.sampled_from([found.compressed, found.exploded, found.exploded.upper()]))
    return found, draw(st.sampled_from([text, f"[{text}]", f"{text}%eth0"]))


def asked(peer, told):
    return SimpleNamespace(META={"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": told})


@pytest.mark.promise("S2")
@with_proxies
def test_an_address_is_the_same_however_it_is_spelt_and_whatever_stands_before_it(settings, figure, hops):
    settings.TRUSTED_PROXY_COUNT = hops

    @tried
    @given(spelt=spellings(), before=claimed)
    def holds(spelt, before):
        found, text = spelt
        ours = [text, *["10.0.0.2"] * (hops - 1)]
        request = asked("10.0.0.1", ",".join([*before, *ours])) if hops else asked(text, ",".join(before))
        found = getattr(found, "ipv4_mapped", None) or found

        assert addresses.client_address(request) == str(found)
        network = ipaddress.ip_network(addresses.client_network(request))
        assert found in network
        assert network.prefixlen == (24 if found.version == 4 else 64)

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
@with_proxies
def test_any_text_is_an_address_or_nobodys(settings, figure, hops):
    settings.TRUSTED_PROXY_COUNT = hops

    @tried
    @given(peer=st.text(), told=st.text())
    def holds(peer, told):
        said = addresses.client_address(asked(peer, told))

        assert said == NOBODY or str(ipaddress.ip_address(said)) == said

    holds()
    figure("S2", TOLD)


@pytest.mark.twin("S2")
def test_a_server_that_believes_the_first_entry_is_noticed(monkeypatch, settings, red):
    def first(request):
        return addresses._normal(request.META["HTTP_X_FORWARDED_FOR"].partition(",")[0])

    monkeypatch.setattr(addresses, "client_address", first)

    with pytest.raises(AssertionError):
        test_an_address_is_the_same_however_it_is_spelt_and_whatever_stands_before_it(
            settings, lambda row, said: None, hops=1
        )
    red("whoever stands first in X-Forwarded-For is believed")

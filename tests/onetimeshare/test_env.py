"""Values of the environment: understood, or the start stops with the value's name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from onetimeshare import env


@pytest.mark.parametrize("value", ["60/h", "10/m", "0/s", "5/10s", "1/d", ""])
def test_a_rate_is_a_count_and_a_time(monkeypatch, value):
    monkeypatch.setenv("RATE_CREATE", value)

    assert env.rate("RATE_CREATE", "60/h") == value


@pytest.mark.parametrize(
    "value", ["sixty", "60", "60/", "/h", "60/w", "60/0s", "-1/h", "60/h, 10/m", "6.0/h"]
)
def test_a_rate_that_cannot_be_understood_stops_the_start_by_its_name(monkeypatch, value):
    monkeypatch.setenv("RATE_CREATE", value)

    with pytest.raises(ImproperlyConfigured, match="RATE_CREATE"):
        env.rate("RATE_CREATE", "60/h")

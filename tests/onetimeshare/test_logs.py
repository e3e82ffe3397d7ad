import logging

import pytest


@pytest.fixture
def console(caplog):
    """What the console handler would print: through the very filter that settings.LOGGING gives it."""
    from onetimeshare.logs import RoutesOnly

    caplog.handler.addFilter(only := RoutesOnly())
    yield caplog
    caplog.handler.removeFilter(only)


def test_a_refused_request_writes_its_route_and_no_traceback(client, console, monkeypatch):
    for logger in ("django", "django.security", "django.request"):
        monkeypatch.setattr(logging.getLogger(logger), "propagate", True)

    form = "application/x-www-form-urlencoded"
    refused = client.post("/s/salariessalaries?canary", "link=canary&" * 1100, content_type=form)

    assert refused.status_code == 400
    assert "django.security" in console.text
    assert "Traceback" not in console.text
    assert "canary" not in console.text
    assert "salaries" not in console.text

"""The ground the browser tests stand on: pages load, workers start, and troubles are seen."""

import pytest


@pytest.mark.parametrize("path", ["/", "/s/aaaqeayeaudaocaj", "/m/aaaqeayeaudaocaj"])
def test_a_page_loads_with_its_script_and_asks_nobody_else(page, site, watch, path):
    logged = site.log_text()

    answer = page.goto(path)
    page.wait_for_load_state("networkidle")

    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert any("/static/app/" in request.url and ".js" in request.url for request in watch.requests)
    assert all(request.url.startswith(site.url) for request in watch.requests)
    assert site.log_text() == logged


PROVOKED = {
    "an error in the console": ("console.error('told')", "told"),
    "an uncaught error": ("setTimeout(() => { throw new Error('thrown') })", "thrown"),
    "a promise nobody waits for": ("void Promise.reject(new Error('rejected'))", "rejected"),
    "a request elsewhere": ("new Image().src = 'http://elsewhere.example/'", "elsewhere.example"),
    "an inline style": ("document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
    "a script of another kind": ("trustedTypes.createPolicy('another', {})", "TrustedTypePolicy"),
    "a file that is not there": ("fetch('/static/nothing.js')", "404"),
}


@pytest.mark.parametrize("what", PROVOKED)
def test_troubles_are_seen_and_nothing_else_is(page, watch, what):
    script, told = PROVOKED[what]
    page.goto("/")
    assert watch.troubles == []

    page.evaluate(f"() => {{ try {{ {script} }} catch {{}} }}")
    page.wait_for_timeout(300)

    assert watch.forgive(told)
    assert watch.troubles == []


def test_a_refusal_of_the_api_is_no_trouble(page, watch):
    page.goto("/")

    status = page.evaluate("async () => (await fetch('/api/v1/shares/aaaqeayeaudaocaj')).status")

    assert 400 <= status < 500

"""What the policies promise, tried in the browser: no foreign code runs, nobody frames us, no key travels."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page

SEND, PLAIN = "/", "/about/how-it-works"
PAGES = [SEND, "/s/aaaqeayeaudaocaj", "/m/aaaqeayeaudaocaj", PLAIN]
SECRET = "1djtwjthiaxc4v3raowal2qjib4"
# A whole module in which nothing happens: eight bytes.
WASM = "new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])"

# Each would run code of an attacker who can write into our page from within it.
FROM_SCRIPTS = {
    "eval": "eval('window.ran = 1')",
    "new Function": "new Function('window.ran = 1')()",
    "a timer of text": "setTimeout('window.ran = 1')",
    "an inline script": "add('script', { text: 'window.ran = 1' })",
    "a blob as script": "add('script', { src: URL.createObjectURL(new Blob(['window.ran = 1'])) })",
    "data as script": "add('script', { src: 'data:text/javascript,window.ran=1' })",
    "innerHTML": "document.body.innerHTML = '<img src=x onerror=window.ran=1>'",
    "a handler": "document.body.setAttribute('onclick', 'window.ran = 1'); document.body.click()",
    "javascript:": "const a = add('a', { href: 'javascript:window.ran=1' }); a.click()",
    "a frame": "add('iframe', { srcdoc: '<script>parent.ran = 1</script>' })",
    "a module from data": "await import('data:text/javascript,window.ran=1')",
    "a worker by its address": "new Worker(facts.assets.worker, { type: 'module' }); window.ran = 1",
    "a worker of another policy": (
        "new Worker(trustedTypes.createPolicy('mine', { createScriptURL: (u) => u })"
        ".createScriptURL('/static/other.js')); window.ran = 1"
    ),
    "a worker from a blob": "new Worker(URL.createObjectURL(new Blob(['']))); window.ran = 1",
    "a service worker": "await navigator.serviceWorker.register(facts.assets.worker); window.ran = 1",
    "WebAssembly": f"await WebAssembly.compile({WASM}); window.ran = 1",
}
ATTACK = """async () => {
  const facts = JSON.parse(document.getElementById("page")?.textContent ?? '{"assets":{"worker":"/x.js"}}');
  const add = (tag, properties) => {
    const made = Object.assign(document.createElement(tag), properties);
    document.body.append(made);
    return made;
  };
  // What a debugger evaluates may use eval; from the next turn on it is a script like any other.
  await new Promise((resolve) => setTimeout(resolve));
  try { %s } catch {}
  await new Promise((resolve) => setTimeout(resolve, 100));
  return window.ran ?? null;
}"""

# The same for one who can write into the HTML itself.
FROM_MARKUP = {
    "an inline script": "<script>window.ran = 1</script>",
    "an inline module": '<script type="module">window.ran = 1</script>',
    "data as script": '<script src="data:text/javascript,window.ran=1"></script>',
    "a handler": "<img src=/nothing.png onerror='window.ran = 1'>",
    "a frame": "<iframe srcdoc='<script>parent.ran = 1</script>'></iframe>",
    "a style": "<style>h1 { --ran: 1 }</style>",
    "a style attribute": "<h1 style='--ran: 1'>x</h1>",
    "another base": "<base href='http://elsewhere.example/'><script src='static/x.js'></script>",
}

OF_THE_WORKER = """
const tried = {};
const attempt = async (name, work) => {
  try { await work(); tried[name] = "done"; } catch { tried[name] = "refused"; }
};
const blob = () => URL.createObjectURL(new Blob([""], { type: "text/javascript" }));
onmessage = async ({ data: ours }) => {
  await attempt("WebAssembly", () => WebAssembly.compile(%s));
  await attempt("eval", () => eval("1"));
  await attempt("new Function", () => new Function("return 1")());
  await attempt("our module", () => import(ours));
  await attempt("a module from data", () => import("data:text/javascript,export{}"));
  await attempt("a module from a blob", () => import(blob()));
  await attempt("our server", () => fetch("/healthz"));
  await attempt("another server", () => fetch("http://elsewhere.example/"));
  await attempt("a policy", () => trustedTypes.createPolicy("onetimeshare", {}));
  postMessage(tried);
};
"""
START = """([url, ours]) => new Promise((resolve, reject) => {
  const policy = trustedTypes.createPolicy("onetimeshare", { createScriptURL: (asked) => asked });
  const worker = new Worker(policy.createScriptURL(url), { type: "module" });
  worker.onerror = () => reject(new Error("the worker did not start"));
  worker.onmessage = (event) => resolve(event.data);
  worker.postMessage(ours);
})"""


def assets(page: Page) -> dict[str, str]:
    """Absolute addresses, as the send page tells them to its script; the page stays somewhere without any."""
    page.goto(SEND)
    told = page.evaluate("() => JSON.parse(document.getElementById('page').textContent).assets")
    page.goto(PLAIN)
    return {name: page.url.removesuffix(PLAIN) + told[name] for name in ("worker", "qr")}


@pytest.mark.promise("S9")
@pytest.mark.parametrize("what", FROM_SCRIPTS)
def test_no_code_but_ours_runs(page, watch, what, figure):
    page.goto(SEND)

    assert page.evaluate(ATTACK % FROM_SCRIPTS[what]) is None
    figure("S9", f"of {len(FROM_SCRIPTS)} ways into a script and {len(FROM_MARKUP)} into the page none runs")
    watch.troubles.clear()


@pytest.mark.promise("S9")
@pytest.mark.parametrize("what", FROM_MARKUP)
def test_markup_that_got_into_the_page_runs_nothing(page, watch, what):
    def spoil(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<main", FROM_MARKUP[what] + "<main"))

    page.route("**/", spoil)
    page.goto(SEND)

    assert FROM_MARKUP[what].split()[0] in page.content()
    assert page.evaluate("() => window.ran ?? null") is None
    styled = (
        "() => [...document.querySelectorAll('h1')].map((h) => getComputedStyle(h).getPropertyValue('--ran'))"
    )
    assert set(page.evaluate(styled)) == {""}
    assert page.evaluate("() => document.baseURI") == page.url
    watch.forgive("Content Security Policy")
    watch.troubles.clear()


@pytest.mark.promise("S9")
def test_the_worker_may_compile_webassembly_and_run_no_other_code(page, watch):
    """The headers are the server's own; only the text behind them is the test's."""
    ours = assets(page)
    page.route(ours["worker"], lambda route: route.fulfill(response=route.fetch(), body=OF_THE_WORKER % WASM))

    tried = page.evaluate(START, [ours["worker"], ours["qr"]])

    assert {what for what, how in tried.items() if how == "done"} == {
        "WebAssembly",
        "our module",
        "our server",
    }
    assert len(tried) == 9
    watch.troubles.clear()


class Framing(BaseHTTPRequestHandler):
    """A stranger's page around the one whose address it is given."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<iframe src='{self.path[2:]}'></iframe>".encode())

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Framing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/?"
        server.shutdown()


@pytest.mark.promise("S9")
@pytest.mark.parametrize("path", PAGES)
def test_nobody_frames_us(page, site, watch, stranger, path):
    page.goto(stranger + site.url + path)

    (framed,) = (asked for asked in watch.requests if asked.url == site.url + path)
    assert framed.failure == "net::ERR_BLOCKED_BY_RESPONSE"
    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]
    watch.forgive("elsewhere")
    watch.troubles.clear()


@pytest.mark.promise("S9")
def test_no_service_worker_is_left_behind(context, page):
    for path in PAGES:
        page.goto(path)

    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    assert context.service_workers == []


@pytest.mark.promise("S9")
@pytest.mark.parametrize("kind", ["s", "m"])
def test_what_stands_behind_the_hash_goes_nowhere(page, site, watch, kind):
    page.goto(f"/{kind}/aaaqeayeaudaocaj#{SECRET}")
    page.wait_for_load_state("networkidle")
    page.locator("footer a").first.click()
    page.wait_for_load_state("networkidle")

    assert len(watch.requests) > 4
    for asked in watch.requests:
        assert SECRET not in f"{asked.url} {asked.all_headers()} {asked.post_data}"
    assert SECRET not in page.evaluate("() => document.referrer")
    assert SECRET not in site.log_text()


def test_another_site_is_not_told_where_a_visitor_comes_from(page, site, watch):
    elsewhere = "http://127.0.0.2:9/"
    page.route(elsewhere, lambda route: route.fulfill(body="<p>elsewhere</p>", content_type="text/html"))
    page.goto(f"/s/aaaqeayeaudaocaj#{SECRET}")

    page.locator("footer a").first.evaluate("(link, url) => { link.href = url }", elsewhere)
    page.locator("footer a").first.click()
    page.wait_for_url(elsewhere)

    assert page.evaluate("() => document.referrer") == ""
    (asked,) = (asked for asked in watch.requests if asked.url == elsewhere)
    assert "referer" not in asked.all_headers()
    watch.forgive("elsewhere")

"""The worker by itself: where it puts what it opened, what it makes of that, and when it waits no longer."""

import base64
import io
import json
import os
import zipfile

import pyrage
import pytest

from tests.browser.left import TEXT, a_text, some_files

# By then the worker has swept its folder, and left what it uses itself.
SWEPT_MS = 3500
BLOB = "**/api/v1/shares/*/blob"
FILES = {"logs/a.bin": os.urandom(200_000), "logs/empty": b"", "logs/b.bin": os.urandom(70_000)}
NOTE = "All of it belongs together."

# A page of ours that starts no worker before it is asked to.
HOST = "/m/aaaaaaaaaaaaaaaa"
START = """() => {
  const { assets } = JSON.parse(document.getElementById("page").textContent);
  const policy = trustedTypes.createPolicy("onetimeshare", { createScriptURL: (asked) => asked });
  const url = policy.createScriptURL(new URL(assets.worker, location.origin).href);
  const worker = new Worker(url, { type: "module" });
  const reports = [];
  let look = () => {};
  worker.onmessage = ({ data }) => { reports.push(data); look(); };
  worker.postMessage({ order: "configure", modules: assets.modules });
  window.order = (order) => worker.postMessage(order);
  // The next report of one of these names; what came before it is passed over.
  window.until = (...names) => new Promise((resolve, reject) => {
    setTimeout(reject, 15_000, new Error(`none of ${names}`));
    look = () => {
      const at = reports.findIndex(({ report }) => names.includes(report));
      if (at < 0) return;
      look = () => {};
      resolve(reports.splice(0, at + 1).at(-1));
    };
    look();
  });
  window.bytesOf = async (blob) => {
    let binary = "";
    for (const byte of new Uint8Array(await blob.arrayBuffer())) binary += String.fromCharCode(byte);
    return btoa(binary);
  };
  window.folder = async (name) => {
    const root = await navigator.storage.getDirectory();
    return root.getDirectoryHandle(name, { create: true });
  };
}"""
CLAIM = """async (given) => {
  window.asked = { ...given, password: null };
  order({ order: "claim", ...asked });
  const claimed = await until("claimed", "refused");
  asked.half = claimed.half;
  return claimed.report;
}"""
FETCH = """async (to) => {
  const handle = to === "file" && (await (await folder("picked")).getFileHandle("saved", { create: true }));
  window.picked = handle;
  order({ order: "fetch", ...asked, sink: to === "file" ? { to, handle } : { to } });
  const { files, ...said } = await until("opened", "refused");
  if (files) await until("burned");
  const names = files?.map(({ name }) => name);
  return { ...said, names, bytes: await Promise.all((files ?? []).map(({ blob }) => bytesOf(blob))) };
}"""
PICKED = "async () => bytesOf(await picked.getFile())"
EXPORT = """async (as) => {
  order({ order: "export", as });
  const { blob, ...said } = await until("exported", "refused");
  return { ...said, bytes: blob && (await bytesOf(blob)) };
}"""
KEPT = """async () => {
  const names = [];
  for await (const name of (await folder("receiving")).keys()) names.push(name);
  return names.sort();
}"""


class Worker:
    def __init__(self, page):
        self.page = page
        page.goto(HOST)
        page.evaluate(START)

    def claim(self, link):
        lease_secret = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
        assert self.page.evaluate(CLAIM, {"link": link, "leaseSecret": lease_secret}) == "claimed"
        return self

    def fetch(self, sink):
        said = self.page.evaluate(FETCH, sink)
        return said | {"bytes": [base64.b64decode(data) for data in said["bytes"]]}

    def picked(self):
        return base64.b64decode(self.page.evaluate(PICKED))

    def export(self, as_):
        said = self.page.evaluate(EXPORT, as_)
        return said | {"bytes": base64.b64decode(said["bytes"] or "")}

    def kept(self):
        return self.page.evaluate(KEPT)

    def keeps_nothing(self):
        """From some moment on, and soon."""
        for _ in range(50):
            if not self.kept():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(self.kept())


@pytest.fixture
def worker(page):
    return Worker(page)


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


@pytest.mark.parametrize("sink", ["memory", "opfs"])
def test_files_can_be_cut_from_where_they_were_kept(site, worker, sink):
    envelope = some_files(site, FILES, note=NOTE)

    said = worker.claim(envelope.link(site.url)).fetch(sink)

    assert dict(zip(said["names"], said["bytes"], strict=True)) == FILES
    assert (said["note"], said["by"], said["savedAs"]) == (NOTE, "client", None)
    assert worker.kept() == ([envelope.id, f"{envelope.id}.whole"] if sink == "opfs" else [])


def test_what_is_forgotten_is_nowhere_on_the_device(site, worker, page):
    worker.claim(some_files(site, FILES).link(site.url)).fetch("opfs")
    page.wait_for_timeout(SWEPT_MS)
    assert worker.kept()

    page.evaluate("() => order({ order: 'forget' })")

    assert page.evaluate("async () => (await until('forgotten')).isAll")
    assert worker.kept() == []
    assert worker.export("zip")["refusal"]["code"] == "not_kept"


def test_what_is_forgotten_while_it_is_written_is_gone_as_well(site, worker, page):
    worker.claim(some_files(site, FILES).link(site.url))
    page.route(BLOB, lambda route: None)
    page.route(BLOB, lambda route: route.continue_(), times=1)  # the nonce, then what is written
    with page.expect_request(lambda asked: asked.headers.get("range", "").startswith("bytes=16-")):
        page.evaluate("() => void order({ order: 'fetch', ...asked, sink: { to: 'opfs' } })")

    page.evaluate("() => order({ order: 'forget' })")

    assert page.evaluate("async () => (await until('forgotten')).isAll")
    assert worker.kept() == []


def test_one_file_goes_into_the_picked_file_without_its_padding(site, worker):
    said = worker.claim(a_text(site).link(site.url)).fetch("file")

    assert worker.picked() == TEXT.encode()
    assert said["savedAs"] == "saved"


def test_several_files_and_their_note_go_into_the_picked_file_as_one_zip(site, worker):
    said = worker.claim(some_files(site, FILES, note=NOTE).link(site.url)).fetch("file")

    assert unzipped(worker.picked()) == {"note.txt": NOTE.encode(), **FILES}
    assert (said["savedAs"], said["names"]) == ("saved", list(FILES))
    assert worker.export("age")["refusal"]["code"] == "not_kept"


@pytest.mark.parametrize("sink", ["memory", "opfs", "file"])
def test_nothing_of_what_is_damaged_is_kept_and_it_can_be_fetched_again(site, worker, page, sink):
    envelope = some_files(site, FILES)
    worker.claim(envelope.link(site.url))

    def damage(route):
        answer = route.fetch()
        body = bytearray(answer.body())
        if len(body) > 16:  # the nonce is asked for by itself
            body[-100_000] ^= 1
        route.fulfill(response=answer, body=bytes(body))

    page.route(BLOB, damage)
    assert worker.fetch(sink)["refusal"]["code"] == "damaged"
    assert worker.kept() == []
    if sink == "file":
        assert worker.picked() == b""

    page.unroute_all()
    said = worker.fetch(sink)

    if sink == "file":
        assert unzipped(worker.picked()) == FILES
    else:
        assert said["bytes"] == list(FILES.values())


@pytest.mark.parametrize("sink", ["memory", "opfs"])
def test_an_age_file_holds_the_very_blob_and_opens_with_its_identity(site, worker, sink):
    envelope = some_files(site, FILES)

    worker.claim(envelope.link(site.url)).fetch(sink)
    said = worker.export("age")

    assert said["name"] == "logs.age"
    assert said["bytes"][168:] == envelope.blob
    identity = pyrage.x25519.Identity.from_str(said["identity"])
    assert pyrage.decrypt(said["bytes"], [identity]) == b"".join(FILES.values())


def test_an_age_file_of_a_text_holds_its_padding_too(site, worker):
    envelope = a_text(site)

    worker.claim(envelope.link(site.url)).fetch("memory")
    said = worker.export("age")

    assert (said["name"], said["bytes"][168:]) == ("text.txt.age", envelope.blob)


def test_who_asks_to_try_now_does_not_wait(site, worker, page):
    worker.claim(some_files(site, FILES).link(site.url))
    wait = {"code": "busy", "message": "Later.", "retry_after": 3600}
    page.route(BLOB, lambda route: route.fulfill(status=503, body=json.dumps(wait)), times=1)
    page.evaluate("() => void order({ order: 'fetch', ...asked, sink: { to: 'memory' } })")
    assert page.evaluate("() => until('waiting')") == {"report": "waiting", "why": "busy", "seconds": 3600}

    page.evaluate("() => order({ order: 'retry' })")

    assert page.evaluate("async () => (await until('opened', 'refused')).report") == "opened"


def test_a_stop_says_stopped_and_nothing_else(site, worker, page):
    worker.claim(some_files(site, FILES).link(site.url))
    page.route(BLOB, lambda route: None)
    with page.expect_request(BLOB):
        page.evaluate("() => void order({ order: 'fetch', ...asked, sink: { to: 'opfs' } })")

    page.evaluate("() => order({ order: 'stop' })")

    assert page.evaluate("async () => (await until('stopped', 'opened', 'refused')).report") == "stopped"
    page.unroute_all()
    assert worker.fetch("opfs")["bytes"] == list(FILES.values())

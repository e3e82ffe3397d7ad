"""S15, in the browser: what sending and receiving leave in the profile of a Chromium that is not private.

The list of visits is not among it here, since a Chromium without a window keeps none: there a link stands as
it was opened (docs/threat-model.md), and no page can take it out.
"""

import pytest

from tests.browser.conftest import ARGS, PATIENCE_MS
from tests.browser.executable import find_chromium
from tests.browser.people import Recipient, Sender, put
from tests.browser.traces import spoil
from tests.faults.canaries import Marks, canary, files, hits

KEEPS_THE_LINK = "; localStorage.setItem('seen', location.hash);"


@pytest.fixture
def context(playwright, site, tmp_path):
    """A visitor with a profile on the disk, who saves somewhere else."""
    chromium = find_chromium()
    (saved := tmp_path / "saved").mkdir()
    made = playwright.chromium.launch_persistent_context(
        tmp_path / "profile",
        executable_path=chromium.path,
        env=chromium.env,
        args=ARGS,
        base_url=site.url,
        downloads_path=saved,
        locale="en-US",
    )
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


def all_of_a_visit(context, folder):
    """A text and a file are sent under a password, guessed at, received and saved; what nothing may keep."""
    marks, burns = Marks(), []
    context.on("request", lambda request: burns.append(request) if request.url.endswith("/burn") else None)
    words, name, password, note, guess = (canary() for _ in range(5))
    marks.add("a content", words, note)
    marks.add("a name", name)
    marks.add("a password", password, guess)
    (folder / "sent").mkdir()
    [path] = put(folder / "sent", {f"{name}.txt": words.encode()})
    text = Sender(context.new_page()).write(words)
    file = Sender(context.new_page()).choose(path).write(note)
    for sender in (text, file):
        left = sender.guard(password).seal()
        marks.add("a link's secret", left.link.partition("#1")[2])
        marks.add("a sender's secret", left.stub.partition("#1")[2])
        recipient = Recipient(context.new_page(), left.link)
        recipient.try_password(guess)
        recipient.sees("4 tries left")
        recipient.password.fill(password)
        recipient.open()
        if sender is text:
            assert recipient.text == words
        else:
            assert list(recipient.saved().values()) == [words.encode()]
        recipient.destroyed()
    leases = [request.all_headers()["authorization"].removeprefix("Bearer ") for request in burns]
    assert len(leases) == 2
    marks.add("a lease's secret", *leases)
    context.close()
    return marks


@pytest.mark.promise("S15")
@pytest.mark.full
def test_a_visit_leaves_nothing_in_a_browsers_profile(context, tmp_path, figure):
    marks = all_of_a_visit(context, tmp_path)

    found, looked = hits(marks, files(tmp_path / "profile"))

    assert found == []
    figure("S15", f"{marks.number} of a visit with Chromium: 0 in {looked >> 10} KiB of its profile")


@pytest.mark.twin("S15")
@pytest.mark.full
def test_a_page_that_keeps_the_link_is_found_in_the_profile(context, tmp_path, red):
    spoil(context, "receive", KEEPS_THE_LINK)

    marks = all_of_a_visit(context, tmp_path)

    found, _ = hits(marks, files(tmp_path / "profile"))
    assert {"a link's secret"} == {what for what, _ in found}
    red("a page that keeps the link in the browser")

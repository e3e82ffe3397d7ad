"""No line of the product does what our rules forbid, unless it stands here with its reason."""

from pathlib import Path

import pytest

from tests.onetimeshare.source_rules import broken

CLONE = Path(__file__).resolve().parents[2]
SOURCES = [
    *(
        path
        for folder in ("onetimeshare", "shares", "accounts", "sealing", "ots")
        for path in (CLONE / folder).rglob("*.py")
    ),
    *(CLONE / "templates").rglob("*.html"),
    *(path for path in (CLONE / "frontend").rglob("*.ts") if "node_modules" not in path.parts),
]
ALLOWED = {
    "onetimeshare/hashes.py": {"tempfile": "static files for a list of hashes, while a release is made"},
    "onetimeshare/management/commands/migrate.py": {"SQL put together": "a number of ours"},
    "onetimeshare/languages/catalogs.py": {"save": "a file of words"},
    "shares/templatetags/words.py": {"mark_safe": "pieces that format_html escaped, joined"},
    "shares/querysets/notice.py": {"raw": "a text of ours, with a locked row behind it"},
    "shares/migrations/0007_shares_of_an_owner.py": {"SQL put together": "names of ours"},
    "accounts/models.py": {"save": "a new account"},
    "ots/spools.py": {
        "tempfile": "on the sender's own machine, for what comes from a pipe",
        "TemporaryFile": "has no name there",
    },
    "templates/mfa/totp/activate_form.html": {"|safe": "a picture that the library drew"},
    "frontend/page/stubs.ts": {"kept in the browser": "stub links, for who asked for it"},
    "frontend/page/receive/keep.ts": {
        "kept in the browser": "this tab, this download, useless without the link"
    },
    "frontend/page/send/member.ts": {"kept in the browser": "reads a mark that says somebody is signed in"},
}
# What each rule is for, broken once; a rule that finds nothing here finds nothing anywhere.
CONTROLS = [
    ("a.py", "import os\nos.path.join(folder, name)", "os.path.join"),
    ("a.py", "mark_safe(name)", "mark_safe"),
    ("a.py", "safestring.SafeString(name)", "SafeString"),
    ("a.py", "@csrf_exempt\ndef view(request): ...", "csrf_exempt"),
    ("a.py", "csrf_exempt(view)", "csrf_exempt"),
    ("a.py", "archive.extractall(folder)", "extractall"),
    ("a.py", "Share.objects.raw(text)", "raw"),
    ("a.py", "cursor.execute(f'SELECT {name}')", "SQL put together"),
    ("a.py", "cursor.execute('SELECT %s' % name)", "SQL put together"),
    ("a.py", "ask('SELECT ' + name, {})", "SQL put together"),
    ("a.py", "share = Share.objects.get(pk=1)\nshare.save()", "save"),
    ("a.py", "subprocess.run(line, shell=True)", "shell=True"),
    ("a.py", "requests.get(url, verify=False)", "verify=False"),
    ("a.py", "import pickle", "pickle"),
    ("a.py", "from tempfile import mkstemp", "tempfile"),
    ("a.py", "exec(text)", "exec"),
    ("a.html", "{{ name|safe }}", "|safe"),
    ("a.html", "{% autoescape off %}", "autoescape off"),
    ("a.html", "<script>go()</script>", "inline script"),
    ("a.html", '<a onclick="go()">', "inline handler"),
    ("a.html", '<p style="color: red">', "inline style"),
    ("a.ts", "node.innerHTML = name", "innerHTML"),
    ("a.ts", "localStorage.setItem('key', key)", "kept in the browser"),
    ("a.ts", "document.cookie = key", "kept in the browser"),
    ("a.ts", "new Function(text)", "eval"),
    ("a.ts", "window.postMessage(key, '*')", "postMessage to anybody"),
]


@pytest.mark.twin("S5")
@pytest.mark.parametrize(("path", "text", "rule"), CONTROLS)
def test_each_rule_finds_what_it_forbids(path, text, rule, red):
    assert broken(path, text) == {rule}
    red(f"{rule} in a source")


def test_what_is_written_as_it_should_be_breaks_no_rule():
    assert (
        broken("a.py", "ask(TAKE, {'id': share_id})\n'/'.join(names)\nshare.save(force_insert=True)") == set()
    )
    assert broken("a.html", '<script src="{{ url }}"></script><p lang="{{ name }}">') == set()
    assert broken("a.ts", "node.textContent = name") == set()


@pytest.mark.promise("S5")
def test_no_source_breaks_a_rule_without_a_reason(figure):
    found = {}
    for source in SOURCES:
        name = str(source.relative_to(CLONE))
        rules = broken(name, source.read_text())
        if rules:
            found[name] = rules

    assert found == {name: set(reasons) for name, reasons in ALLOWED.items()}
    assert len(SOURCES) > 200
    figure("S5", f"{len(SOURCES)} sources, {len(ALLOWED)} of them with a reason, 0 without")

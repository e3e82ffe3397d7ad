"""docs/api.md: every call is there, and its commands do what their comments say."""

import re
import subprocess
from pathlib import Path

from shares.api import api
from shares.responses import STATUS
from tests.docs.conftest import CLONE, Running

DOC = (CLONE / "docs" / "api.md").read_text()
# Each curl of the document tells its status on stderr, beside what it would do anyway.
TELLS_STATUS = 'curl() { command curl -sS -w "%{stderr}%{http_code}\\n" "$@"; }\n'


def test_every_call_is_in_the_table():
    described = set(re.findall(r"^\| `([A-Z]+ /\S*)` \|", DOC, re.MULTILINE))

    assert described == {
        f"{method.upper()} {path.removeprefix('/api/v1').replace('share_id', 'id')}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }


def test_every_refusal_is_in_the_table_with_its_status():
    rows = re.findall(r"^\| (\d{3}) \| (`.*?`) \|", DOC, re.MULTILINE)
    described = {(int(status), code.strip("`")) for status, codes in rows for code in codes.split(", ")}

    assert described == {(status, error.code) for error, status in STATUS.items()}


def test_every_refusal_of_a_call_says_what_to_do():
    todo = DOC.partition("### What to do on each")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?`) \|", todo, re.MULTILINE)
    described = {code.strip("`") for codes in rows for code in codes.split(", ")}
    schemas = api.get_openapi_schema()["components"]["schemas"].values()

    told = {said["properties"]["code"]["const"] for said in schemas if "code" in said.get("properties", {})}

    assert told <= described
    assert described <= {error.code for error in STATUS}


NOT_OF_THE_API = ("LOGIN", "REPORT", "WEBHOOK")


def test_every_limit_is_named_with_its_default():
    units = {"an hour": "h", "a minute": "m"}
    rows = re.findall(r"^\| `(\w+)` \| .* \| (\d+) (an hour|a minute) \|$", DOC, re.MULTILINE)
    described = {name: f"{count}/{units[unit]}" for name, count, unit in rows}

    settings = (CLONE / "onetimeshare" / "settings.py").read_text()
    defaults = dict(re.findall(r'^RATE_(\w+) = env.rate\("RATE_\w+", "(.+)"\)$', settings, re.MULTILINE))
    assert described == {name.lower(): rate for name, rate in defaults.items() if name not in NOT_OF_THE_API}


def test_every_command_runs_and_answers_as_its_comment_says(running: Running, tmp_path: Path):
    script = "".join(re.findall(r"^```sh\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL))
    expected = " ".join(re.findall(r"^# (\d{3}(?: \d{3})*)$", script, re.MULTILINE)).split()
    script = TELLS_STATUS + script.replace("http://localhost:8000", running.url)

    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=tmp_path,
        env=running.env | {"PYTHONPATH": str(CLONE)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stderr.split()) == (0, expected), done.stdout
    assert len(expected) > 15
    assert (tmp_path / "opened.txt").read_text() == "Meet me at noon.\n"

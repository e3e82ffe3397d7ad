"""How often one network may ask: counted before a body is read, by network, and with Redis away."""

import re
from io import BytesIO

import pytest
from django.core.cache import caches
from django.test import Client
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts.models import User
from sealing.encoding import b64
from shares import limits, redis_line
from shares.models import Share
from shares.redis_line import cache
from tests.builders import a_waiting_share, nothing_changes

pytestmark = pytest.mark.django_db
TOKEN = {"HTTP_AUTHORIZATION": f"Bearer {b64(bytes(32))}"}


class Unreadable:
    def read(self, *args):
        pytest.fail("the body was read")

    readline = read


UNREAD = {"CONTENT_LENGTH": "100", "wsgi.input": Unreadable()}
DOORS = {
    "CREATE": [("POST", "/"), ("PUT", "/"), ("PUT", "/notes.pdf"), ("POST", "/api/v1/shares")],
    "CLAIM": [
        ("POST", "/s/aaaqeayeaudaocaj"),
        ("POST", "/m/aaaqeayeaudaocaj"),
        ("POST", "/api/v1/shares/aaaqeayeaudaocaj/claim"),
        ("POST", "/api/v1/shares/aaaqeayeaudaocaj/burn"),
        ("POST", "/api/v1/shares/aaaqeayeaudaocaj/unlock"),
    ],
    "READ": [
        ("GET", "/api/v1/shares/aaaqeayeaudaocaj"),
        ("GET", "/api/v1/shares/aaaqeayeaudaocaj/receipt"),
        ("GET", "/api/v1/shares/aaaqeayeaudaocaj/parts"),
        ("POST", "/api/v1/shares/aaaqeayeaudaocaj/complete"),
    ],
    "PART": [
        ("PUT", "/api/v1/shares/aaaqeayeaudaocaj/parts/0"),
        ("GET", "/api/v1/shares/aaaqeayeaudaocaj/blob"),
    ],
}


def ask(method, path, **environ):
    return Client().generic(method, path, **environ)


def asks(times, **environ):
    """The statuses of so many looks at a share that does not exist."""
    path = "/api/v1/shares/aaaqeayeaudaocaj"
    return [ask("GET", path, **TOKEN, **environ).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("rate", "method", "path"), [(rate, *door) for rate, doors in DOORS.items() for door in doors]
)
def test_every_door_is_limited_before_its_body_is_read(settings, rate, method, path):
    setattr(settings, f"RATE_{rate}", "1/h")
    ask(method, path, CONTENT_LENGTH="0", **{"wsgi.input": BytesIO(b"")})

    answer = ask(method, path, **UNREAD)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("rate", "method", "path"), [(rate, *door) for rate, doors in DOORS.items() for door in doors]
)
def test_every_limited_answer_says_what_the_limit_is_and_what_is_left(settings, rate, method, path):
    setattr(settings, f"RATE_{rate}", "2/15m")
    name = rate.lower()

    answers = [ask(method, path, CONTENT_LENGTH="0", **{"wsgi.input": BytesIO(b"")}) for _ in range(3)]

    assert {answer["RateLimit-Policy"] for answer in answers} == {f'"{name}";q=2;w=900'}
    told = [re.fullmatch(rf'"{name}";r=(\d);t=(\d+)', answer["RateLimit"]).groups() for answer in answers]
    assert [int(left) for left, _ in told] == [1, 0, 0]
    assert all(0 < int(seconds) <= 900 for _, seconds in told)
    assert [answer.get("Retry-After") for answer in answers] == [None, None, told[2][1]]


def test_what_no_limit_counted_says_nothing_of_limits(settings):
    settings.RATE_READ = ""

    for path in ("/", "/healthz", "/api/v1/openapi.json", "/api/v1/shares/aaaqeayeaudaocaj"):
        assert not {"RateLimit", "RateLimit-Policy"} & set(ask("GET", path, **TOKEN).headers)


def test_a_network_that_asks_too_often_is_told_when_to_come_back_and_loses_nothing(settings):
    settings.RATE_CLAIM = "2/m"
    sent = a_waiting_share(guarded=True)
    path = f"/api/v1/shares/{sent.id}/claim"
    for _ in range(2):
        Client().post(path, {"lease_verifier": "x"}, "application/json", **TOKEN)

    with nothing_changes(sent):
        answer = Client().post(path, {"lease_verifier": "x"}, "application/json", **TOKEN)

    assert answer.status_code == 429
    assert answer.json()["code"] == "too_many"
    assert answer.json()["retry_after"] == int(answer["Retry-After"]) <= 60


def test_each_address_has_a_window_of_its_own(settings):
    settings.RATE_READ = "2/h"

    assert asks(3, REMOTE_ADDR="192.0.2.1") == [404, 404, 429]
    assert asks(1, REMOTE_ADDR="192.0.2.2") == [404]


def test_all_of_one_ipv6_network_share_a_window(settings):
    settings.RATE_READ = "2/h"

    assert asks(1, REMOTE_ADDR="2001:db8:0:1::1") == [404]
    assert asks(1, REMOTE_ADDR="2001:db8:0:1:ffff::2") == [404]
    assert asks(1, REMOTE_ADDR="2001:0DB8:0:1:aaaa:bbbb:cccc:dddd") == [429]
    assert asks(1, REMOTE_ADDR="2001:db8:0:2::1") == [404]


def test_an_address_in_two_spellings_has_one_window(settings):
    settings.RATE_READ = "1/h"

    assert asks(1, REMOTE_ADDR="192.0.2.1") == [404]
    assert asks(1, REMOTE_ADDR="::ffff:192.0.2.1") == [429]


def test_a_forwarded_address_that_nobody_vouches_for_opens_no_new_window(settings):
    settings.RATE_READ = "1/h"

    assert asks(1, HTTP_X_FORWARDED_FOR="198.51.100.1") == [404]
    assert asks(1, HTTP_X_FORWARDED_FOR="198.51.100.2") == [429]


def test_behind_one_proxy_what_the_client_wrote_himself_opens_no_new_window(settings):
    settings.RATE_READ, settings.TRUSTED_PROXY_COUNT = "1/h", 1

    assert asks(1, HTTP_X_FORWARDED_FOR="6.6.6.1, 198.51.100.1") == [404]
    assert asks(1, HTTP_X_FORWARDED_FOR="6.6.6.2, 198.51.100.1") == [429]
    assert asks(1, HTTP_X_FORWARDED_FOR="6.6.6.2, 198.51.100.2") == [404]


def test_one_kind_of_asking_does_not_use_up_another(settings):
    settings.RATE_READ = settings.RATE_CREATE = "1/h"

    assert asks(2) == [404, 429]
    assert Client().post("/", {"text": "x"}).status_code == 201


def test_pages_and_health_are_never_limited(settings):
    for name in DOORS:
        setattr(settings, f"RATE_{name}", "1/h")

    for path in ("/", "/s/aaaqeayeaudaocaj", "/healthz"):
        assert {Client().get(path).status_code for _ in range(3)} == {200}


def test_guessing_a_staff_password_is_limited_and_looking_at_the_form_is_not(settings):
    settings.RATE_LOGIN = "2/d"
    User.objects.create_user("mod@example.org", "right-password", is_staff=True)
    visitor = Client()
    guess = {"login": "mod@example.org", "password": "wrong"}

    statuses = [visitor.post("/accounts/login", guess).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert visitor.get("/accounts/login").status_code == 200
    right = guess | {"password": "right-password"}
    assert visitor.post("/accounts/login", right).status_code == 429


# --- Redis away ----------------------------------------------------------------------------------


@pytest.fixture
def redis_is_away(monkeypatch):
    def refuses(*args, **named):
        raise RedisConnectionError

    for name in ("get", "set", "add", "incr", "ttl", "delete_many", "get_or_set"):
        monkeypatch.setattr(cache, name, refuses, raising=False)
    monkeypatch.setattr(caches["counters"], "incr", refuses)


@pytest.mark.usefixtures("redis_is_away")
def test_without_redis_leaving_falls_back_to_a_small_cap_in_each_process(settings):
    settings.RATE_CREATE = "1000/h"

    statuses = [Client().post("/", {"text": "x"}).status_code for _ in range(limits.CAP_A_MINUTE + 2)]

    assert statuses == [201] * limits.CAP_A_MINUTE + [429, 429]
    assert Share.objects.living().count() == limits.CAP_A_MINUTE


@pytest.mark.usefixtures("redis_is_away")
def test_without_redis_looking_and_claiming_go_on(settings):
    settings.RATE_READ = settings.RATE_CLAIM = settings.RATE_PART = "1/h"

    assert set(asks(limits.CAP_A_MINUTE + 5)) == {404}


@pytest.mark.usefixtures("redis_is_away")
def test_without_redis_guessing_a_staff_password_is_capped(settings, monkeypatch):
    settings.RATE_LOGIN = "1000/m"
    monkeypatch.setattr(limits, "_caps", {"login": limits.ProcessCap(3)})
    visitor, guess = Client(), {"login": "mod@example.org", "password": "wrong"}

    statuses = {visitor.post("/accounts/login", guess).status_code for _ in range(3)}
    last = visitor.post("/accounts/login", guess)

    assert (statuses, last.status_code) == ({200}, 429)


def test_the_cap_of_a_process_is_for_each_minute_anew(monkeypatch):
    cap, now = limits.ProcessCap(2), [600.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])

    first = [cap.admits() for _ in range(3)]
    now[0] += 60
    second = [cap.admits() for _ in range(3)]

    assert first == second == [True, True, False]


def test_a_count_is_one_call_and_ends_with_its_window(settings, monkeypatch):
    settings.RATE_READ = "100/m"
    said, send = [], AbstractConnection.send_packed_command

    def listen(line, command, *more, **named):
        said.append(b"".join([command] if isinstance(command, bytes) else command))
        return send(line, command, *more, **named)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", listen)

    asks(3)

    counts = [words for words in said if b"INCRBY" in words]
    assert [(words.count(b"INCRBY"), words.count(b"SET")) for words in counts] == [(1, 1)] * 3
    assert not any(b"EVAL" in words for words in said)
    line = cache.client.get_client()
    [counter] = line.keys("*:rl:*")
    assert 0 < line.ttl(counter) <= 65


def test_after_its_rest_redis_is_asked_again(settings, monkeypatch):
    settings.RATE_READ = "1/h"
    monkeypatch.setattr(redis_line, "_rest_until", redis_line.time.monotonic() + 100)
    assert asks(2) == [404, 404]

    monkeypatch.setattr(redis_line, "_rest_until", 0.0)

    assert asks(2) == [404, 429]

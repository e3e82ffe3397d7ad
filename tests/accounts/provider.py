"""A provider of single sign-on, as small as one can be: everybody it is asked about is who it was told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit


class Provider(ThreadingHTTPServer):
    person: dict[str, object]
    asked: list[dict[str, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/authorize":
            asked = {name: value for name, (value,) in parse_qs(url.query).items()}
            self.server.asked.append(asked)
            self.send_response(302)
            back = urlencode({"code": "a-code", "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif url.path == "/userinfo" and self.headers["Authorization"] == "Bearer a-token":
            self._say(self.server.person)
        elif url.path == "/.well-known/openid-configuration":
            paths = ("authorization", "token", "userinfo")
            ends = {f"{name}_endpoint": f"{self.server.url}/{name}" for name in paths}
            ends["authorization_endpoint"] = f"{self.server.url}/authorize"
            self._say({"issuer": self.server.url, "jwks_uri": f"{self.server.url}/keys", **ends})
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        asked = {name: value for name, (value,) in parse_qs(self.rfile.read(length).decode()).items()}
        self.server.asked.append(asked)
        self._say({"access_token": "a-token", "token_type": "Bearer"})

    def _say(self, said: object) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def a_provider(**person: object) -> Iterator[Provider]:
    with Provider(("127.0.0.1", 0), Answers) as server:
        server.person = {"sub": "1", "email": "sam@example.org", "email_verified": True, **person}
        server.asked = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()

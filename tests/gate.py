"""S3 as clients meet it: moto's server, with what a real one does and moto does not.

    python -m tests.gate PORT

An address that was signed works until its time is over, for exactly the headers it names, and moto believes
any. A part's SHA-256 is compared, and told by ListParts. Pages of other sites are let in by the bucket's CORS
rules alone. `GET /_gate` tells what was answered to signed addresses, by method and status, and the bytes of
bodies each way; `POST /_gate` with `{"ahead": seconds}` lets that much time pass.
"""

import base64
import hashlib
import io
import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3 import models, responses
from werkzeug.serving import run_simple

ACCOUNT = "123456789012"
CHECKSUM = "HTTP_X_AMZ_CHECKSUM_SHA256"


class Gate:
    """A WSGI application around moto's."""

    def __init__(self, moto: Any) -> None:
        self._moto = moto
        self._ahead = timedelta()
        self._answers: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] == "/_gate":
            return self._told(environ, start)
        asked = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return self._preflight(environ, start)
        if "X-Amz-Signature" not in asked:
            fault = self._fault_of_part(environ, asked)
            return _refuse(start, "400 Bad Request", fault, []) if fault else self._moto(environ, start)
        return self._signed(environ, start, {name: values[0] for name, values in asked.items()})

    def _told(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            said = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            self._ahead = timedelta(seconds=said["ahead"])
            self._answers.clear(), self._bytes.clear()
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"answers": self._answers, "bytes": self._bytes}).encode()]

    # --- an address that was signed -----------------------------------------------------------------

    def _signed(self, environ: dict[str, Any], start: Any, asked: dict[str, str]) -> Any:
        cors = self._cors(environ)
        method = environ["REQUEST_METHOD"]

        def answered(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            self._answers[f"{method} {status[:3]}"] += 1
            length = int(dict(headers).get("Content-Length", 0))
            if status[0] == "2":
                self._bytes["out"] += length if method == "GET" else 0
                self._bytes["in"] += int(environ.get("CONTENT_LENGTH") or 0)
            own = [each for each in headers if not each[0].lower().startswith("access-control-")]
            return start(status, [*own, *cors], *more)

        fault = self._fault(environ, asked)
        if fault:
            return _refuse(answered, *fault, [])
        if code := self._fault_of_part(environ, parse_qs(environ["QUERY_STRING"])):
            return _refuse(answered, "400 Bad Request", code, [])
        return self._moto(self._as_ours(environ, asked), answered)

    def _fault(self, environ: dict[str, Any], asked: dict[str, str]) -> tuple[str, str] | None:
        signed_at = datetime.strptime(asked["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if signed_at + timedelta(seconds=int(asked["X-Amz-Expires"])) < datetime.now(UTC) + self._ahead:
            return "403 Forbidden", "AccessDenied"
        key, secret = asked["X-Amz-Credential"].split("/")[0], _secret_of(asked["X-Amz-Credential"])
        headers = {name: _header(environ, name) for name in asked["X-Amz-SignedHeaders"].split(";")}
        unsigned = "&".join(
            each for each in environ["QUERY_STRING"].split("&") if not each.startswith("X-Amz-Signature=")
        )
        url = f"http://{environ['HTTP_HOST']}{environ['RAW_URI'].partition('?')[0]}?{unsigned}"
        request = AWSRequest(environ["REQUEST_METHOD"], url, headers)
        request.context["timestamp"] = asked["X-Amz-Date"]
        region = asked["X-Amz-Credential"].split("/")[2]
        auth = S3SigV4QueryAuth(Credentials(key, secret), "s3", region, expires=60)
        said = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        named = {"host", *(name.lower() for name in _amz(environ))}
        if said != asked["X-Amz-Signature"] or not named <= set(headers):
            return "403 Forbidden", "SignatureDoesNotMatch"
        return None

    def _as_ours(self, environ: dict[str, Any], asked: dict[str, str]) -> dict[str, Any]:
        """The same request signed as moto understands it."""
        query = "&".join(each for each in environ["QUERY_STRING"].split("&") if not each.startswith("X-Amz-"))
        path = environ["RAW_URI"].partition("?")[0]
        headers = {"host": environ["HTTP_HOST"], "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
        request = AWSRequest(
            environ["REQUEST_METHOD"], f"http://{environ['HTTP_HOST']}{path}?{query}", headers=headers
        )
        key, region = asked["X-Amz-Credential"].split("/")[0], asked["X-Amz-Credential"].split("/")[2]
        S3SigV4Auth(Credentials(key, _secret_of(key)), "s3", region).add_auth(request)
        signed = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        return {**environ, **signed, "QUERY_STRING": query, "RAW_URI": f"{path}?{query}"}

    def _fault_of_part(self, environ: dict[str, Any], asked: dict[str, list[str]]) -> str:
        """Of an upload that began with checksums every part must bring its own, and its end all of them."""
        method, is_checked = environ["REQUEST_METHOD"], _is_checked(environ, asked)
        if method not in ("PUT", "POST") or not (is_checked or CHECKSUM in environ):
            return ""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if method == "POST":
            return "" if body.count(b"<ChecksumSHA256>") == body.count(b"<Part>") else "InvalidRequest"
        if CHECKSUM not in environ:
            return "InvalidRequest"
        said = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return "" if said == environ[CHECKSUM] else "BadDigest"

    # --- pages of other sites -----------------------------------------------------------------------

    def _cors(self, environ: dict[str, Any]) -> list[tuple[str, str]]:
        """What the bucket's rules add to an answer; nothing where none lets this page in."""
        origin = environ.get("HTTP_ORIGIN", "")
        method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", environ["REQUEST_METHOD"])
        wanted = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "").lower().replace(" ", "")
        bucket = models.s3_backends[ACCOUNT]["aws"].buckets.get(environ["PATH_INFO"].split("/")[1])
        for rule in (bucket.cors if bucket else []) or []:
            allowed = {header.lower() for header in rule.allowed_headers or []}
            if origin not in rule.allowed_origins or method not in rule.allowed_methods:
                continue
            if {header for header in wanted.split(",") if header} <= allowed:
                shown = ", ".join(rule.exposed_headers or [])
                said = {"Origin": origin, "Methods": method, "Headers": wanted, "Expose-Headers": shown}
                names = {"Expose-Headers": "Access-Control-Expose-Headers"}
                return [(names.get(n, f"Access-Control-Allow-{n}"), value) for n, value in said.items()]
        return []

    def _preflight(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        allowed = self._cors(environ)
        start("200 OK" if allowed else "403 Forbidden", [*allowed, ("Content-Length", "0")])
        return [b""]


def _is_checked(environ: dict[str, Any], asked: dict[str, list[str]]) -> bool:
    bucket = models.s3_backends[ACCOUNT]["aws"].buckets.get(environ["PATH_INFO"].split("/")[1])
    upload = bucket.multiparts.get(asked.get("uploadId", [""])[0]) if bucket else None
    return bool(upload) and upload.metadata.get("x-amz-checksum-algorithm") == "SHA256"


def _refuse(start: Any, status: str, code: str, headers: list[tuple[str, str]]) -> list[bytes]:
    said = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
    start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(said))), *headers])
    return [said]


def _header(environ: dict[str, Any], name: str) -> str:
    if name == "content-length":
        return str(environ.get("CONTENT_LENGTH", ""))
    return str(environ.get(f"HTTP_{name.upper().replace('-', '_')}", ""))


def _amz(environ: dict[str, Any]) -> list[str]:
    """Headers that S3 refuses unless they are signed."""
    return [name[5:].replace("_", "-") for name in environ if name.startswith("HTTP_X_AMZ_")]


def _secret_of(credential: str) -> str:
    key = unquote(credential).split("/")[0]
    for each in iam_backends[ACCOUNT]["aws"].users.values():
        for access in each.access_keys:
            if access.access_key_id == key:
                return str(access.secret_access_key)
    return ""


# --- what ListParts tells ---------------------------------------------------------------------------------


def _list_parts(self: Any, part_number_marker: int, max_parts: int) -> Any:
    """Those behind the marker; moto takes it for how many to leave out."""
    numbers = [n for n in self.partlist if n > part_number_marker][:max_parts]
    return (self.parts[n] for n in numbers)


def _teach() -> None:
    models.FakeMultipart.list_parts = _list_parts
    plain = responses.ActionResult

    def with_checksums(result: Any) -> Any:
        for said in result.get("Parts", ()) if isinstance(result, dict) and "UploadId" in result else ():
            upload = _upload(result["Bucket"], result["UploadId"])
            if upload.metadata.get("x-amz-checksum-algorithm") == "SHA256":
                value = upload.parts[said["PartNumber"]].value
                said["ChecksumSHA256"] = base64.b64encode(hashlib.sha256(value).digest()).decode()
        return plain(result)

    responses.ActionResult = with_checksums  # type: ignore[misc, assignment]


def _upload(bucket: str, upload_id: str) -> Any:
    return models.s3_backends[ACCOUNT]["aws"].buckets[bucket].multiparts[upload_id]


def main(port: int) -> None:
    _teach()
    app = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", port, Gate(app), threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""A client written from docs/api.md and docs/envelope.md alone: nothing of the project is imported.

    stranger.py send SITE FILE [PASSWORD]     prints the link and the manage link
    stranger.py get LINK [PASSWORD]           writes the files here and prints their names

It is as small as it can be: contents are held in memory. What the documents ask it to keep, it keeps in
`<id>.claim` until the share is burned; so a `get` that was killed goes on with the opening it has.
"""

import base64
import hashlib
import http.client
import json
import os
import re
import secrets
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK, INLINE = 65_536, 65_536
AGAIN = {"too_many", "busy", "database_away", "store_away", "part_busy"}


class Refused(Exception):
    def __init__(self, status, said):
        super().__init__(f"{said.get('code')}: {said.get('message')}")
        self.status, self.code, self.said = status, said.get("code"), said


# --- envelope.md, "Values" ---------------------------------------------------------------------------


def hkdf(key, salt, info, length=32):
    return HKDF(SHA256(), length, salt, info).derive(key)


def seal_once(key, plain):
    return ChaCha20Poly1305(key).encrypt(bytes(12), plain, b"")


def open_once(key, sealed):
    return ChaCha20Poly1305(key).decrypt(bytes(12), sealed, b"")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b32(data):
    return base64.b32encode(data).rstrip(b"=").decode().lower()


def unb32(text, length):
    data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    if len(data) != length or b32(data) != text.lower():
        raise SystemExit("This link is cut or mistyped.")
    return data


def verifier(token):
    return b64(hashlib.sha256(token).digest())


def password_keys(password, link, share_id):
    """(password token, PK)"""
    text = unicodedata.normalize("NFC", password).encode()
    a = hash_secret_raw(text, hkdf(link, share_id, b"ots1/argon2-salt", 16), 3, 65536, 1, 32, Type.ID, 0x13)
    return hkdf(a, share_id, b"ots1/password-token"), hkdf(a, share_id, b"ots1/password-key")


def wrapping_key(link, pk, salt, share_id):
    return hkdf(link + pk, salt, b"ots1/wrap\0" + bytes([1 if pk else 0]) + share_id)


# --- envelope.md, "Blob" and "Metadata" --------------------------------------------------------------


def nonce(i, last):
    return i.to_bytes(11, "big") + bytes([last])


def seal_blob(file_key, plain):
    pn = secrets.token_bytes(16)
    cipher = ChaCha20Poly1305(hkdf(file_key, pn, b"payload"))
    count = max(1, -(-len(plain) // CHUNK))
    return pn + b"".join(
        cipher.encrypt(nonce(i, i == count - 1), plain[i * CHUNK : (i + 1) * CHUNK], b"")
        for i in range(count)
    )


def open_blob(file_key, blob):
    cipher = ChaCha20Poly1305(hkdf(file_key, blob[:16], b"payload"))
    chunks = [blob[at : at + CHUNK + 16] for at in range(16, len(blob), CHUNK + 16)]
    if not chunks or (len(chunks) > 1 and len(chunks[-1]) == 16):
        raise SystemExit("The blob is damaged.")
    return b"".join(cipher.decrypt(nonce(i, i == len(chunks) - 1), one, b"") for i, one in enumerate(chunks))


def seal_meta(file_key, name, size):
    said = {"v": 1, "kind": "files", "files": [{"name": name, "type": "", "size": size}], "by": "client"}
    plain = json.dumps(said, ensure_ascii=False).encode()
    salt = secrets.token_bytes(16)
    return salt + seal_once(hkdf(file_key, salt, b"ots1/meta"), plain + bytes(-len(plain) % 256))


def open_meta(file_key, meta):
    said = json.loads(open_once(hkdf(file_key, meta[:16], b"ots1/meta"), meta[16:]).rstrip(b"\0"))
    if said["v"] != 1 or said["kind"] not in ("text", "files"):
        raise SystemExit("Update your client.")
    return said


def safe_name(name):
    name = re.sub(
        r"[\0-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ud800-\udfff\\]", "", name
    )
    parts = [part.encode()[:255].decode(errors="ignore") for part in name.split("/")]
    return "/".join(part for part in parts if part.strip(". ")) or "file"


# --- api.md ------------------------------------------------------------------------------------------


class Api:
    def __init__(self, site):
        self._root = f"{site.rstrip('/')}/api/v1/shares"

    def call(self, method, path, token=None, body=None, headers=None):
        """(status, headers, bytes); repeats where the document says so. Raises Refused."""
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {b64(token)}"
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(self._root + path, body, headers, method=method)  # noqa: S310 - a link's
        waits = iter((1, 2, 4, 8, 16))
        while True:
            try:
                return self._once(request)
            except Refused as refused:
                wait = next(waits, None)
                if refused.code not in AGAIN or wait is None:
                    raise
                time.sleep(refused.said.get("retry_after", 60))
            except (OSError, http.client.HTTPException):
                wait = next(waits, None)
                if wait is None:
                    raise
                time.sleep(wait)

    def _once(self, request):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.status, answer.headers, self._read(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read() or b"{}")) from None

    @staticmethod
    def _read(answer):
        try:
            return answer.read()
        except http.client.IncompleteRead as broken:
            if answer.headers["Content-Type"] == "application/json":
                raise
            return broken.partial  # the next fetch goes on behind it

    def json(self, *args, **named):
        return json.loads(self.call(*args, **named)[2])


def send(site, path, password):
    api, plain = Api(site), path.read_bytes()
    share_id, link, manage, file_key = (secrets.token_bytes(n) for n in (10, 16, 16, 16))
    link_token, manage_token = (
        hkdf(link, share_id, b"ots1/link-token"),
        hkdf(manage, share_id, b"ots1/manage-token"),
    )
    password_token, pk = password_keys(password, link, share_id) if password else (None, b"")
    salt, blob = secrets.token_bytes(16), seal_blob(file_key, plain)
    body = {
        "id": b32(share_id),
        "kdf": 1 if password else 0,
        "size": len(blob),
        "link_verifier": verifier(link_token),
        "manage_verifier": verifier(manage_token),
        "wrapped_key": b64(salt + seal_once(wrapping_key(link, pk, salt, share_id), file_key)),
        "meta": b64(seal_meta(file_key, path.name, len(plain))),
        "expires_in": 3600,
    }
    if password:
        body["password_verifier"] = verifier(password_token)
    if len(blob) <= INLINE:
        body["blob"] = b64(blob)
    left = api.json("POST", "", body=body)
    if left["state"] == "uploading":
        send_parts(api, f"/{b32(share_id)}", manage_token, blob, left)
    print(f"{site}/s/{b32(share_id)}#1{b32(link)}")
    print(f"{site}/m/{b32(share_id)}#1{b32(manage)}")


def send_parts(api, share, manage_token, blob, left):
    size, wanted = left["part_size"], range(left["parts"])
    while True:
        for n in wanted:
            part = blob[n * size : (n + 1) * size]
            digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
            headers = {"Repr-Digest": f"sha-256=:{digest}:", "Content-Type": "application/octet-stream"}
            api.call("PUT", f"{share}/parts/{n}", manage_token, part, headers)
        try:
            return api.call("POST", f"{share}/complete", manage_token)
        except Refused as refused:
            if refused.code != "incomplete":
                raise
            wanted = refused.said["missing"]


def get(address, password):
    found = re.fullmatch(r"(https?://[^#?]+)/s/([A-Za-z2-7]{16})#([1-9])([A-Za-z2-7]{26})", address.strip())
    if not found or found[3] != "1":
        raise SystemExit("Update your client." if found else "This is no link.")
    api, share = Api(found[1]), f"/{found[2].lower()}"
    share_id, link = unb32(found[2], 10), unb32(found[4], 16)
    link_token = hkdf(link, share_id, b"ots1/link-token")
    kept = Path(f"{found[2].lower()}.claim")
    if not kept.exists():
        status = api.json("GET", share, link_token)
        if status["kdf"] not in (0, 1):
            raise SystemExit("Update your client.")
        keep(kept, {"lease": b64(secrets.token_bytes(32)), "kdf": status["kdf"]})
    opening = json.loads(kept.read_text())
    lease = unb64(opening["lease"])
    token, pk = password_keys(password, link, share_id) if opening["kdf"] else (None, b"")
    if "wrapped_key" not in opening:
        asked = {"lease_verifier": verifier(lease)} | ({"password_token": b64(token)} if token else {})
        taken = api.json("POST", f"{share}/claim", link_token, asked)
        opening |= {name: taken[name] for name in ("wrapped_key", "meta", "size", "kdf")}
        keep(kept, opening)
    wrapped = unb64(opening["wrapped_key"])
    try:
        file_key = open_once(wrapping_key(link, pk, wrapped[:16], share_id), wrapped[16:])
        meta = open_meta(file_key, unb64(opening["meta"]))
        plain = open_blob(file_key, fetch(api, share, lease, opening["size"]))
    except InvalidTag:
        raise SystemExit("It is damaged, or not what this link sealed.") from None
    write(meta, plain)
    api.call("POST", f"{share}/burn", lease)
    kept.unlink()


def keep(path, said):
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(said, out)
        out.flush()
        os.fsync(out.fileno())


def fetch(api, share, lease, size):
    """The whole blob, going on where an answer breaks off."""
    blob = b""
    while len(blob) < size:
        status, headers, data = api.call(
            "GET", f"{share}/blob", lease, headers={"Range": f"bytes={len(blob)}-"}
        )
        if status == 206 and not headers["Content-Range"].startswith(f"bytes {len(blob)}-"):
            raise SystemExit("The server answered with other bytes.")
        blob = data if status == 200 else blob + data
    return blob


def write(meta, plain):
    at = 0
    for entry in meta["files"]:
        path = Path(safe_name(entry.get("name") or "text.txt"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out:
            out.write(plain[at : at + entry["size"]])
            out.flush()
            os.fsync(out.fileno())
        at += entry["size"]
        print(path)
    if at > len(plain) or any(plain[at:]):
        raise SystemExit("It is damaged: its sizes do not fit.")


def main(what, *rest):
    if what == "send":
        send(rest[0], Path(rest[1]), "".join(rest[2:]))
    else:
        get(rest[0], "".join(rest[1:]))


if __name__ == "__main__":
    main(*sys.argv[1:])

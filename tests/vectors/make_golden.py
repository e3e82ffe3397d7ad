"""golden.json: what must come out, byte for byte.

What the law states in figures is typed in here and not computed, so that the code cannot vouch for itself.
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sealing.agefile import make_header
from sealing.encoding import b64
from sealing.envelope import padme, text_padding
from sealing.keys import manage_token
from sealing.links import Link
from sealing.names import safe_name
from sealing.stream import CHUNK_BYTES, sealed_size

Json = dict[str, Any]

ID = bytes(range(0x00, 0x0A))
LINK_SECRET = bytes(range(0x10, 0x20))
MANAGE_SECRET = bytes(range(0x20, 0x30))
FILE_KEY = b"0123456789abcdef"
PAYLOAD_NONCE = bytes(range(0x40, 0x50))
WRAP_SALT = bytes(range(0x50, 0x60))
META_SALT = bytes(range(0x60, 0x70))
PASSWORD = "cafe\u0301 \U0001f511"
META_JSON = (
    '{"v":1,"kind":"files","files":[{"name":"a.txt","type":"text/plain","size":3},'
    '{"name":"b/ü.bin","type":"","size":0}],"by":"client"}'
)


def golden() -> Json:
    header, identity = make_header(
        FILE_KEY,
        X25519PrivateKey.from_private_bytes(bytes(range(0x70, 0x90))),
        X25519PrivateKey.from_private_bytes(bytes(range(0x90, 0xB0))),
    )
    return {
        "inputs": {
            "id": ID.hex(),
            "link_secret": LINK_SECRET.hex(),
            "manage_secret": MANAGE_SECRET.hex(),
            "file_key": FILE_KEY.hex(),
            "payload_nonce": PAYLOAD_NONCE.hex(),
            "wrap_salt": WRAP_SALT.hex(),
            "meta_salt": META_SALT.hex(),
            "password": PASSWORD,
            "same_password": "caf\u00e9 \U0001f511",
            "age_identity": bytes(range(0x70, 0x90)).hex(),
            "age_ephemeral": bytes(range(0x90, 0xB0)).hex(),
        },
        "law": {
            "link": "https://h/s/aaaqeayeaudaocaj#1caireeyuculbogazdinryhi6d4",
            "link_token": "611a37791b3d70f0f25a80b541dd0cba15bef2da3da4ab285f117d52ab47893e",
            "password_token": "63d31653dc4b380ea27c40133cc256d1c95da2a3820ec8d01e268602c5185a78",
            "password_key": "f428f6ac7cb47151f364b611246ad3b6fbfd5b289cd7dadbf067c1e97713675f",
            "sealed_key_kdf_0": "845ed8937631a31c7c4a6036ea57c01ddb3717e019a736405dee253c8443b2ff",
            "sealed_key_kdf_1": "9949059efe8ec99d807b9191030a412874d2fb697452abddf8dd610602119726",
            "meta_json": META_JSON,
            "meta_sealed_bytes": 288,
            "meta_sha256": "d5451d7aa44310ad6a02b29dd8088ec8b7191628331380a058e6da3b99989578",
            "blob_sha256": {
                "0": "4f08ee9d2e1cbc1bbe02a207dc4c545cdc786780ff99c710c072c3216065adc9",
                "1": "8d6e3ff3d3fd7a357c3d1acf7188a4a9fa3912aa76aafc0cd8ecc220192272db",
                "65535": "41c3ec3d977c89937b2afaa97e56d85690ad82f84a3732f47ce42fe650453b48",
                "65536": "5dd4626824135f14d227c9c5e26b2adfa3ab96e0c60fc3b7c1afb8812708863a",
                "65537": "e7bb60fdadf246226111aeced453339f85fe78eed86f4d3f2be5fad8c7afad56",
                "131072": "8140e98fbae8af24491ded7b40b4dbb522f9d4d0e2bfcbddcebc70216db59349",
            },
        },
        "manage_link": Link("https://h", "manage", ID, MANAGE_SECRET).url,
        "manage_token": manage_token(MANAGE_SECRET, ID).hex(),
        "age_file": {"header": header.decode(), "identity": identity},
        "padme": [[n, padme(n)] for n in (0, 1, 2, 3, 9, 100, 1000, 65537, 10**6, 2**31 + 1, 5 * 2**30 + 1)],
        "text_padding": [[n, text_padding(n)] for n in (0, 1, 1023, 1024, 1025, 2**20)],
        "sizes": [
            [n, sealed_size(n)]
            for n in (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 5 * 2**30)
        ],
        "names": [[name, safe_name(name)] for name in NAMES],
        "base64url": [[data.hex(), b64(data)] for data in (b"", b"\0", b"\xff\xfe", b"\xfb\xef\xbe", ID)],
    }


NAMES = [
    "notes.pdf", "a/b/c.txt", "", ".", "..", "../../etc/passwd", "/etc/passwd", "a//b", "a/./b/../c", "...",
    ".. ", " . . /x", ".profile", "C:\\Windows\\a.txt", "..\\..\\a", "a\r\nSet-Cookie: x", "nul\0l.txt",
    "\u202etxt.exe", "a\u2066b\u2069c", "x\u2028y\u0085z", "\ud800", "a\udfffb", "ü" * 200, "x" * 300,
    "x/" + "y" * 300 + "/z", "." * 255 + "a", "\U0001f511" * 64, "e\u0301", "\u00e9", "CON", "trailing. ",
    "=cmd|' /C calc'!A0", '"quoted".txt', "-rf", "~", "file/", "/", "\u200b",
]  # fmt: skip

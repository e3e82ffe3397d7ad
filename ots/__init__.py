"""Leave something behind one link, open what was left, ask what became of it: the library under `ots`.

    from datetime import timedelta
    from ots import Client

    with Client("https://example.org") as client:
        sent = client.send_text("db password: correct horse", expires=timedelta(hours=2))
        with client.open(sent.link) as opening:
            text = b"".join(data for _, data in opening).decode()
            opening.done()
        assert client.receipt(sent.manage_link).state == "burned"

docs/client.md has more of it. All is sealed and opened here; no server sees plain bytes, names or passwords.
"""

from ots.client import Asked, Client
from ots.errors import OtsError
from ots.receiving import Opening
from ots.state import StateFolder
from ots.targets import Target, save
from ots.values import Event, Receipt, Sent, Status

__all__ = [
    "Asked",
    "Client",
    "Event",
    "Opening",
    "OtsError",
    "Receipt",
    "Sent",
    "StateFolder",
    "Status",
    "Target",
    "save",
]

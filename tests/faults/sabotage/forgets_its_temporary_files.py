"""Plaintext waits in temporary files, one with a name and one without, and nobody takes them away."""

import tempfile

from tests.faults.twins import replaced

NAME = "shares.services.seal.Sealing.write"
_forgotten = []


def write(self, data):
    for made in (tempfile.NamedTemporaryFile(delete=False), tempfile.TemporaryFile()):  # noqa: SIM115
        made.write(data)
        made.flush()
        _forgotten.append(made)
    replaced(NAME)(self, data)


REPLACES = {NAME: write}

"""Postgres keeps the link token of each claim, as somebody might to find out who came."""

from django.db import connection

from tests.faults.twins import replaced

NAME = "shares.services.claim._proof"


def _proof(share, request):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS claimants (token bytea)")
        cursor.execute("INSERT INTO claimants VALUES (%s)", [request.link_token])
    return replaced(NAME)(share, request)


REPLACES = {NAME: _proof}

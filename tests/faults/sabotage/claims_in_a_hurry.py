"""A claim is acknowledged before Postgres has written it anywhere but into its own memory."""

from django.db import connection

from tests.faults.twins import replaced

NAME = "shares.models.share.Share.take"


def take(share, request, proof):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', 'off', true)")
    return replaced(NAME)(share, request, proof)


REPLACES = {NAME: take}

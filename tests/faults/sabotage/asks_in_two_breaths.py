"""What is looked for is noted in the session with Postgres, and read there by the next statement.

Right on a connection of one's own; wrong where a pooler gives each transaction another.
"""

from django.db import connection

from tests.faults.twins import replaced

NAME = "shares.querysets.share.ShareQuerySet._proven"


def _proven(queryset, share_id, token, field):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ots.sought', %s, false)", [share_id])
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('ots.sought', true)")
        [noted] = cursor.fetchone()
    return replaced(NAME)(queryset, noted or "", token, field)


REPLACES = {NAME: _proven}

"""Of a member's list, those that ended and those that are locked are found without reading the others; so
are, among all uploads, those that a sweep asks for. Built beside a busy server: no lock that a claim would wait for.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shares", "0014_sweep_totals")]

    operations = [
        AddIndexConcurrently(
            "share",
            models.Index(
                fields=["owner", "ended", "-created_at", "-id"],
                include=["size"],
                condition=Q(owner__isnull=False),
                name="share_owned_by_end",
            ),
        ),
        AddIndexConcurrently(
            "share",
            models.Index(
                fields=["owner", "-created_at", "-id"],
                condition=Q(owner__isnull=False, ended=False, state="ready", kdf__gt=0, attempts=5),
                name="share_owned_locked",
            ),
        ),
        AddIndexConcurrently(
            "share",
            models.Index(
                fields=["created_at"], condition=Q(state="uploading", part_size=0), name="share_streamed"
            ),
        ),
        RemoveIndexConcurrently("share", "share_owned_living"),
    ]

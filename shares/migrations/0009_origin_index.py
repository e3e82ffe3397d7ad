"""What finds origins that are old enough to be erased. Made beside writers: a table of shares may be large."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shares", "0008_moderation")]

    operations = [
        AddIndexConcurrently(
            "share",
            models.Index(fields=["created_at"], condition=models.Q(origin__isnull=False), name="share_origin"),
        )
    ]

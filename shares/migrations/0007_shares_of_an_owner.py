"""A member's list comes in the order of an index, and what they store is summed in one. Built beside a busy
server: no lock that a claim would wait for.
"""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def drop_the_other_index(apps, editor):
    """The one that Django made for the foreign key, under a name of its own."""
    table = 'shares_share'
    with editor.connection.cursor() as cursor:
        found = editor.connection.introspection.get_constraints(cursor, table)
        for name, one in found.items():
            if one['index'] and one['columns'] == ['owner_id']:
                cursor.execute(f'DROP INDEX CONCURRENTLY {editor.quote_name(name)}')


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('shares', '0006_allowances'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='share',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner', '-created_at', '-id'], name='share_owned'),
        ),
        AddIndexConcurrently(
            model_name='share',
            index=models.Index(condition=models.Q(('ended', False), ('owner__isnull', False)), fields=['owner', '-created_at', '-id'], include=('size',), name='share_owned_living'),
        ),
        # Django's own way to an index less would drop the foreign key and check all rows for a new one.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='share',
                    name='owner',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            ],
            database_operations=[migrations.RunPython(drop_the_other_index, migrations.RunPython.noop)],
        ),
    ]

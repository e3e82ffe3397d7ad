"""Rows from before are held to what the last migration says of new ones; it takes no lock that claims wait for."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('shares', '0010_notices'),
    ]

    operations = [
        ValidateConstraint(model_name='share', name='share_notices_known'),
    ]

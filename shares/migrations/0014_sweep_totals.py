from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shares", "0013_upload_ids_are_long")]

    operations = [
        migrations.AddField(
            model_name="sweep",
            name="totals",
            # By the database as well: the release before writes rows without it.
            field=models.JSONField(default=dict, db_default={}),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shares', '0012_notice_turns'),
    ]

    operations = [
        migrations.AlterField(
            model_name='share',
            name='upload_id',
            field=models.CharField(blank=True, max_length=1024),
        ),
    ]

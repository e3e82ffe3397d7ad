import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_people'),
        ('shares', '0005_event_declined'),
    ]

    operations = [
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('subject', models.CharField(db_collation='C', max_length=40, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('shares', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='MemberLimits',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='share_limits', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('share_bytes', models.PositiveBigIntegerField(blank=True, null=True)),
                ('lifetime_seconds', models.PositiveIntegerField(blank=True, null=True)),
                ('opens', models.PositiveIntegerField(blank=True, null=True)),
                ('shares_a_day', models.PositiveIntegerField(blank=True, null=True)),
                ('stored_bytes', models.PositiveBigIntegerField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'limits of an account',
                'verbose_name_plural': 'limits of an account',
            },
        ),
    ]

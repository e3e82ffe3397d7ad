"""What owners want to be told, and what is still to be told."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_people'),
        ('shares', '0009_origin_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share_id', models.CharField(blank=True, max_length=16)),
                ('what', models.CharField(choices=[('opened', 'opened'), ('locked', 'locked'), ('expired', 'expired'), ('test', 'test')], max_length=16)),
                ('way', models.CharField(choices=[('email', 'email'), ('webhook', 'webhook')], max_length=16)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('tries', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('notices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None)),
                ('language', models.CharField(blank=True, max_length=16)),
                ('webhook_url', models.CharField(blank=True, max_length=500)),
                ('webhook_secret', models.BinaryField(default=bytes)),
                ('outcome', models.CharField(blank=True, max_length=32)),
                ('outcome_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='share',
            name='notices',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, null=True, size=None),
        ),
        # Checking all rows that are there would make claims wait; the next migration does, beside them.
        AddConstraintNotValid(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('notices', None), ('notices__contained_by', ['email:opened', 'email:locked', 'email:expired', 'webhook:opened', 'webhook:locked', 'webhook:expired']), _connector='OR'), name='share_notices_known'),
        ),
        migrations.AddField(
            model_name='notice',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='noticechoice',
            constraint=models.CheckConstraint(condition=models.Q(('notices__contained_by', ['email:opened', 'email:locked', 'email:expired', 'webhook:opened', 'webhook:locked', 'webhook:expired'])), name='notice_choice_known'),
        ),
        migrations.AddConstraint(
            model_name='noticechoice',
            constraint=models.CheckConstraint(condition=models.Q(('webhook_url', ''), models.Q(('webhook_url__startswith', 'https://'), models.Q(('webhook_secret', b''), _negated=True)), _connector='OR'), name='notice_webhook_is_signed'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['due_at'], name='notice_due'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('tries__gt', 0)), fields=['account', 'way', 'due_at'], name='notice_resting'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['opened', 'locked', 'expired', 'test'])), name='notice_what_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['email', 'webhook'])), name='notice_way_known'),
        ),
    ]

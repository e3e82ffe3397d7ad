"""Reports and bans; and from where a share was left, sealed: null where the release before left it."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import shares.models.network
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shares', '0007_shares_of_an_owner'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Ban',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', shares.models.network.NetworkField(blank=True, help_text='192.0.2.0/24 or wider, 2001:db8::/64 or wider.', null=True)),
                ('reason', models.CharField(blank=True, help_text='For other moderators; nobody else sees it.', max_length=200)),
                ('until', models.DateTimeField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('malware', 'malware'), ('phishing', 'phishing'), ('illegal', 'illegal'), ('harassment', 'harassment'), ('other', 'other')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('contact', models.CharField(blank=True, max_length=254)),
                ('network', models.CharField(blank=True, max_length=16)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('case', models.CharField(choices=[('new', 'new'), ('seen', 'looked at'), ('taken_down', 'taken down'), ('dismissed', 'dismissed')], default='new', max_length=10, verbose_name='state')),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'permissions': (('export_report', 'Can export reports'),),
            },
        ),
        migrations.AddField(
            model_name='share',
            name='origin',
            field=models.BinaryField(max_length=64, null=True),
        ),
        migrations.AddField(
            model_name='ban',
            name='account',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ban',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='report',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='report',
            name='share',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='shares.share'),
        ),
        migrations.AddIndex(
            model_name='ban',
            index=django.contrib.postgres.indexes.GistIndex(fields=['network'], name='ban_around', opclasses=['inet_ops']),
        ),
        migrations.AddConstraint(
            model_name='ban',
            constraint=models.CheckConstraint(condition=models.Q(('network', None), ('account', None), _connector='XOR'), name='ban_of_a_network_or_an_account', violation_error_message='A network or an account, not both.'),
        ),
        migrations.AddConstraint(
            model_name='ban',
            constraint=models.UniqueConstraint(fields=('network',), name='ban_of_a_network_once'),
        ),
        migrations.AddConstraint(
            model_name='ban',
            constraint=models.UniqueConstraint(fields=('account',), name='ban_of_an_account_once'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['share'], name='report_of_share'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['-at'], name='report_newest'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('case__in', ['new', 'seen', 'taken_down', 'dismissed'])), name='report_case_known'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__in', ['taken_down', 'dismissed']), ('closed_at__isnull', False)), models.Q(('case__in', ['new', 'seen']), ('closed_at', None)), _connector='OR'), name='report_closed_has_time'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('case__in', ['new', 'seen'])), fields=('share', 'network'), name='report_once_while_open'),
        ),
    ]

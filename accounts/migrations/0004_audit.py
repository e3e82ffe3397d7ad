"""The audit log: filled by a trigger on the admin's own log, so that no code path can forget it; append-only."""

from django.db import migrations, models

TABLE = """
CREATE TABLE accounts_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    who varchar(254) NOT NULL,
    action varchar(8) NOT NULL,
    target_type varchar(201) NOT NULL,
    target_id text NOT NULL,
    target varchar(200) NOT NULL,
    said text NOT NULL
);
CREATE INDEX audit_at ON accounts_audit (at);

CREATE FUNCTION accounts_audit_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_audit (at, who, action, target_type, target_id, target, said)
    SELECT NEW.action_time,
           COALESCE((SELECT email FROM accounts_user WHERE id = NEW.user_id), '') ,
           CASE NEW.action_flag WHEN 1 THEN 'added' WHEN 2 THEN 'changed' WHEN 3 THEN 'deleted' ELSE '' END,
           COALESCE((SELECT app_label || '.' || model FROM django_content_type WHERE id = NEW.content_type_id), ''),
           COALESCE(NEW.object_id, ''), NEW.object_repr, NEW.change_message;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_audit_note AFTER INSERT ON django_admin_log
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_note();

CREATE FUNCTION accounts_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER accounts_audit_stays BEFORE UPDATE OR DELETE ON accounts_audit
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_stays();
CREATE TRIGGER accounts_audit_stays_whole BEFORE TRUNCATE ON accounts_audit
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_stays();
"""
# Taking it back drops what it holds: a release that is taken back must not stand in its own way.
NO_TABLE = """
DROP TRIGGER accounts_audit_note ON django_admin_log;
DROP FUNCTION accounts_audit_note();
DROP TABLE accounts_audit;
DROP FUNCTION accounts_audit_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_api_tokens"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(TABLE, NO_TABLE),
        migrations.CreateModel(
            name="Audit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("who", models.CharField(max_length=254)),
                ("action", models.CharField(max_length=8)),
                ("target_type", models.CharField(max_length=201)),
                ("target_id", models.TextField()),
                ("target", models.CharField(max_length=200)),
                ("said", models.TextField()),
            ],
            options={
                "verbose_name": "action of staff",
                "verbose_name_plural": "actions of staff",
                "db_table": "accounts_audit",
                "ordering": ("-id",),
                "permissions": (("export_audit", "Can export actions of staff"),),
                "managed": False,
            },
        ),
    ]

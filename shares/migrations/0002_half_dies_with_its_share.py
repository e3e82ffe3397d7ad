"""The database itself refuses a server half beside an ended share."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shares", "0001_shares")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE shares_share ADD CONSTRAINT share_id_ended UNIQUE (id, ended);
            ALTER TABLE shares_serverhalf ALTER COLUMN ended SET DEFAULT false;
            ALTER TABLE shares_serverhalf ADD CONSTRAINT half_dies_with_its_share
                FOREIGN KEY (share_id, ended) REFERENCES shares_share (id, ended);
            """,
            """
            ALTER TABLE shares_serverhalf DROP CONSTRAINT half_dies_with_its_share;
            ALTER TABLE shares_share DROP CONSTRAINT share_id_ended;
            """,
        )
    ]

"""Django gives every text key a second index for LIKE. Nobody searches ids by pattern, and each
change of a row had to write it.
"""

from django.db import migrations

_DROP = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND tablename LIKE 'shares\\_%' AND indexname LIKE '%\\_like'
    LOOP
        EXECUTE format('DROP INDEX %I', found.indexname);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("shares", "0002_half_dies_with_its_share")]

    operations = [migrations.RunSQL(_DROP, migrations.RunSQL.noop)]

"""What was done with one seal, found without reading the whole ledger. Partial: other entries pay nothing."""

from django.db import migrations

CREATE = (
    "CREATE INDEX ledger_about_seal ON ledger_entry ((detail::jsonb ->> 'seal'), id)"
    " WHERE kind LIKE 'seals.%'"
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP INDEX ledger_about_seal")]

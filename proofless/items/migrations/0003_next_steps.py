import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("items", "0002_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="MappingChange",
            fields=[
                ("code", models.CharField(max_length=96, primary_key=True, serialize=False)),
                ("before", models.CharField(max_length=128)),
                ("after", models.CharField(max_length=128)),
                ("source", models.TextField()),
            ],
            options={
                "db_table": "items_mapping_change",
            },
        ),
        migrations.CreateModel(
            name="NextStep",
            fields=[
                ("code", models.CharField(max_length=96, primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=16)),
                ("what", models.CharField(max_length=200)),
                ("holder", models.CharField(max_length=100)),
                (
                    "held_in",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("source", models.TextField()),
            ],
            options={
                "db_table": "items_next_step",
            },
        ),
    ]

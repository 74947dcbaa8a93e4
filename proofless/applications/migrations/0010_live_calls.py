from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_office_papers"),
    ]

    operations = [
        migrations.AddField(
            model_name="livesource",
            name="suspended_reason",
            field=models.CharField(default="", max_length=300),
        ),
        migrations.CreateModel(
            name="LiveCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("dataset_code", models.CharField(max_length=32)),
                ("outcome", models.CharField(max_length=16)),
                ("holders", models.IntegerField()),
                ("took_ms", models.IntegerField()),
                ("late", models.BooleanField()),
                ("trial", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "applications_live_call",
                "indexes": [models.Index(fields=["dataset_code", "at"], name="live_call_by_source")],
            },
        ),
    ]

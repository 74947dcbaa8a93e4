import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_draft")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="chosen",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="declined",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("holder_id", models.UUIDField()),
                ("application_id", models.UUIDField()),
                ("applicant_id", models.UUIDField()),
                ("item_code", models.CharField(max_length=32)),
                ("role", models.CharField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等对方答复"),
                            ("agreed", "对方已同意"),
                            ("refused", "对方没有同意"),
                            ("replaced", "已改邀别人"),
                        ],
                        default="asked",
                        max_length=16,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "applications_invitation",
                "indexes": [
                    models.Index(fields=["application_id"], name="invitation_of_application"),
                    models.Index(fields=["holder_id", "state"], name="invitation_by_invited"),
                ],
            },
        ),
    ]

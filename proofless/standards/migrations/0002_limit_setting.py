from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("standards", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LimitSetting",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("limit", models.CharField(max_length=64)),
                ("value", models.IntegerField()),
                ("reason", models.TextField()),
                ("set_by", models.CharField(max_length=100)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "db_table": "standards_limit_setting",
            },
        ),
    ]

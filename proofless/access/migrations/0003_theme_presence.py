import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_handling"),
    ]

    operations = [
        migrations.AddField(
            model_name="presence",
            name="item_codes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=32), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="theme_code",
            field=models.CharField(default="", max_length=8),
        ),
        migrations.AlterField(
            model_name="presence",
            name="item_code",
            field=models.CharField(default="", max_length=32),
        ),
    ]

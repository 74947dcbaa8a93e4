from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0002_materials"),
    ]

    operations = [
        migrations.AddField(
            model_name="template",
            name="fills",
            field=models.TextField(default=""),
        ),
    ]

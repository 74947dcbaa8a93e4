from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_handling_pen"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="applicationmaterial",
            index=models.Index(
                condition=models.Q(("awaiting", True)), fields=["id"], name="material_waiting"
            ),
        ),
    ]

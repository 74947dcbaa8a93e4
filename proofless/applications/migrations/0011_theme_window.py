from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0010_live_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="themecase",
            name="draft_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="themecase",
            name="draft_channel",
            field=models.CharField(default="", max_length=16),
        ),
        migrations.AddField(
            model_name="themecase",
            name="draft_pen",
            field=models.CharField(default="", max_length=16),
        ),
        migrations.AddField(
            model_name="themecase",
            name="said",
            field=models.CharField(default="self", max_length=8),
        ),
        migrations.AddField(
            model_name="themecase",
            name="standing_id",
            field=models.UUIDField(null=True),
        ),
    ]

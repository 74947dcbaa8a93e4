from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of holders has an id of its own beside the holder's."""

    dependencies = [
        ('notices', '0002_messages'),
    ]

    operations = [
        migrations.DeleteModel(name='Choice'),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('holder_id', models.UUIDField()),
                ('messages', models.BooleanField(default=True)),
                ('scans', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'notices_choice',
                'constraints': [models.UniqueConstraint(fields=('holder_id',), name='choice_once')],
            },
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commitments', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='commitment',
            name='state',
            field=models.CharField(choices=[('open', '待核查'), ('kept', '已核实'), ('broken', '与承诺不符'), ('pooled', '待抽查'), ('sampled', '抽中待查'), ('unsampled', '未抽中，结案'), ('withdrawn', '已改为提交材料'), ('released', '办件未办成，承诺终止')], default='open', max_length=16),
        ),
        migrations.CreateModel(
            name='DeferrableRow',
            fields=[
                ('material_code', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('days', models.SmallIntegerField()),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'commitments_deferrable',
            },
        ),
    ]

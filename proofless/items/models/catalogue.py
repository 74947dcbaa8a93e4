"""Tables of the catalogue of items. Every row keeps its ``source``; marks of uncertainty stay beside it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Item(models.Model):
    """事项. ``promised_days`` 0 is 即办; days are working days."""

    code = models.CharField(primary_key=True, max_length=16)
    name = models.CharField(max_length=100)
    item_type = models.CharField(max_length=16)
    domain = models.CharField(max_length=32)
    department_code = models.CharField(max_length=16)
    levels = ArrayField(models.CharField(max_length=4))
    object_type = models.CharField(max_length=16)
    legal_days = models.SmallIntegerField()
    promised_days = models.SmallIntegerField()
    case_type = models.CharField(max_length=16)
    accept_conditions = models.TextField()
    result_cert_code = models.CharField(max_length=64)
    online_depth = models.CharField(max_length=32)
    charged = models.BooleanField()
    legal_basis = models.TextField()
    national_item_code = models.CharField(max_length=64)
    source = models.TextField()

    class Meta:
        db_table = "items_item"


class ItemMaterial(models.Model):
    """申请材料. The obtain modes stay as the catalogue spells them; ``order_sources`` reads them."""

    code = models.CharField(primary_key=True, max_length=16)
    item_code = models.CharField(max_length=16, db_index=True)
    seq = models.SmallIntegerField()
    name = models.CharField(max_length=100)
    necessity = models.CharField(max_length=16)
    issuer = models.CharField(max_length=64)
    cert_code = models.CharField(max_length=64)
    dataset_code = models.CharField(max_length=32)
    preferred_mode = models.CharField(max_length=32)
    replaceable_by = ArrayField(models.CharField(max_length=32))
    can_commit = models.BooleanField()
    submission_free = models.BooleanField()
    note = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "items_material"


class ItemField(models.Model):
    """表单字段. ``prefill`` is certificate, dataset, account or manual; ``ref`` is the standard field it is
    filled from.
    """

    code = models.CharField(primary_key=True, max_length=96)
    item_code = models.CharField(max_length=16, db_index=True)
    seq = models.SmallIntegerField()
    name_en = models.CharField(max_length=64)
    name_cn = models.CharField(max_length=64)
    data_type = models.CharField(max_length=16)
    list_name = models.CharField(max_length=64)
    required = models.BooleanField()
    prefill = models.CharField(max_length=16)
    ref = models.CharField(max_length=96)
    source = models.TextField()

    class Meta:
        db_table = "items_field"


class MaterialRole(models.Model):
    """材料主体: whose record satisfies a material."""

    material_code = models.CharField(primary_key=True, max_length=16)
    roles = ArrayField(models.CharField(max_length=32))
    mode_note = models.CharField(max_length=64)
    source = models.TextField()

    class Meta:
        db_table = "items_material_role"


class FieldRole(models.Model):
    """字段主体: whose value fills a field, from which side of a two-party record, changed how."""

    code = models.CharField(primary_key=True, max_length=96)
    item_code = models.CharField(max_length=16, db_index=True)
    name_en = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    side = models.CharField(max_length=16)
    multi = models.BooleanField()
    transform = models.CharField(max_length=32)
    source = models.TextField()

    class Meta:
        db_table = "items_field_role"


class Situation(models.Model):
    """情形: the question a material depends on. ``auto_expr`` answers it from records where they suffice."""

    code = models.CharField(primary_key=True, max_length=80)
    item_code = models.CharField(max_length=16, db_index=True)
    material_code = models.CharField(max_length=16)
    question = models.CharField(max_length=200)
    situation_code = models.CharField(max_length=64)
    auto_expr = models.TextField()
    exclusive_group = models.CharField(max_length=64)
    source = models.TextField()

    class Meta:
        db_table = "items_situation"


class Rule(models.Model):
    """受理条件. ``hard`` refuses when it does not hold; the others are shown."""

    code = models.CharField(primary_key=True, max_length=80)
    item_code = models.CharField(max_length=16, db_index=True)
    rule_code = models.CharField(max_length=64)
    seq = models.SmallIntegerField()
    expr = models.TextField()
    text = models.TextField()
    basis = models.TextField()
    hard = models.BooleanField()
    source = models.TextField()

    class Meta:
        db_table = "items_rule"


class Fact(models.Model):
    """事实: a name rules and situations may use, and how it is derived from records."""

    name = models.CharField(primary_key=True, max_length=64)
    data_type = models.CharField(max_length=16)
    role_default = models.CharField(max_length=32)
    derivation = models.TextField()
    source_refs = ArrayField(models.CharField(max_length=96))
    expr_kind = models.CharField(max_length=32)
    source = models.TextField()

    class Meta:
        db_table = "items_fact"


class Role(models.Model):
    """关系角色: how the people concerned in an item are found."""

    code = models.CharField(primary_key=True, max_length=32)
    seq = models.SmallIntegerField()
    label = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=16)
    how_found = models.TextField()
    relation_kinds = ArrayField(models.CharField(max_length=32))
    directions = ArrayField(models.CharField(max_length=16))
    anchor = models.CharField(max_length=32)
    note = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "items_role"


class Theme(models.Model):
    """一件事. ``batch_confidence`` says how sure the list is: recalled, partly, unverified or domain
    knowledge.
    """

    code = models.CharField(primary_key=True, max_length=8)
    name = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=16)
    life_stage = models.CharField(max_length=16)
    list_batch = models.CharField(max_length=64)
    batch_confidence = models.CharField(max_length=16)
    lead_department_code = models.CharField(max_length=16)
    partner_codes = ArrayField(models.CharField(max_length=16))
    other_items = models.TextField()
    proactive_trigger = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "items_theme"


class ThemeItem(models.Model):
    """一件事与事项."""

    code = models.CharField(primary_key=True, max_length=32)
    theme_code = models.CharField(max_length=8, db_index=True)
    seq = models.SmallIntegerField()
    item_code = models.CharField(max_length=16)
    source = models.TextField()

    class Meta:
        db_table = "items_theme_item"


class ProofCleanup(models.Model):
    """清理证明: a proof that is abolished, replaced or kept, and by what."""

    code = models.CharField(primary_key=True, max_length=16)
    name = models.CharField(max_length=100)
    category = models.CharField(max_length=16)
    domain = models.CharField(max_length=32)
    requesting_scene = models.TextField()
    former_issuer = models.CharField(max_length=100)
    department_code = models.CharField(max_length=16)
    action = models.CharField(max_length=32)
    replacement = models.TextField()
    cert_code = models.CharField(max_length=64)
    dataset_code = models.CharField(max_length=32)
    year = models.CharField(max_length=8)
    source = models.TextField()

    class Meta:
        db_table = "items_proof_cleanup"


class NextStep(models.Model):
    """缺口的下一步: what would have to be done so that a material or field need not be brought any more.

    ``code`` is a material's or ``<item>.<field>``. ``step`` is ``connect`` (``what`` is the register or interface,
    ``holder`` who has it), ``capture``, ``choice`` or ``handback``: there is nothing to connect, and ``what`` says why.
    ``held_in`` are sources of the item that hold something of that name, ``reason`` why it is asked all the same.
    """

    code = models.CharField(primary_key=True, max_length=96)
    step = models.CharField(max_length=16)
    what = models.CharField(max_length=200)
    holder = models.CharField(max_length=100)
    held_in = ArrayField(models.CharField(max_length=64))
    reason = models.CharField(max_length=200)
    source = models.TextField()

    class Meta:
        db_table = "items_next_step"


class MappingChange(models.Model):
    """映射改进: a row whose source was changed from what the reference catalogue said, and the citation it rests on."""

    code = models.CharField(primary_key=True, max_length=96)
    before = models.CharField(max_length=128)
    after = models.CharField(max_length=128)
    source = models.TextField()

    class Meta:
        db_table = "items_mapping_change"

"""Ledger tables. The application may insert entries and pending rows; only the sequencer chains them."""

from django.db import models


class LedgerEntry(models.Model):
    """账目. INSERT-only by database role."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    actor_id = models.UUIDField()
    party_id = models.UUIDField(null=True)
    department_code = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    object_kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=128)
    purpose = models.CharField(max_length=128)
    ground = models.CharField(max_length=128)
    holders = models.TextField()
    detail = models.TextField()

    class Meta:
        db_table = "ledger_entry"


class LedgerPending(models.Model):
    """待排序: entries not yet in the chain. Written with the entry, emptied by the sequencer alone."""

    entry_id = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "ledger_pending"


class LedgerChain(models.Model):
    """链: the position and leaf hash of an entry (RFC 6962 tree over SM3)."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_chain"


class LedgerNode(models.Model):
    """Perfect-subtree nodes: ``level`` 0 are the leaves, ``number`` counts subtrees of that level."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_node"


class LedgerHead(models.Model):
    """签名树头: a signed tree head after each batch."""

    tree_size = models.BigIntegerField(primary_key=True)
    root_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=64)
    signature = models.BinaryField(max_length=80)

    class Meta:
        db_table = "ledger_head"


class LedgerSubject(models.Model):
    """持证主体索引: which entries concern a holder. Written by the sequencer from the chained entry."""

    pk = models.CompositePrimaryKey("holder_id", "position")
    holder_id = models.UUIDField()
    position = models.BigIntegerField()
    entry_id = models.UUIDField()

    class Meta:
        db_table = "ledger_subject"

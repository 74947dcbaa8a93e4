"""Acts on items: load the catalogue, publish lists, keep the libraries, publish uses, clean up proofs."""

from proofless.items.services.cleanup import settle_proof
from proofless.items.services.library import keep_apart, merge_names
from proofless.items.services.lists import (
    Published,
    publish_list,
    publish_received,
    publish_templates,
    receive_file,
)
from proofless.items.services.loading import load_items
from proofless.items.services.uses import publish_uses

__all__ = [
    "Published",
    "keep_apart",
    "load_items",
    "merge_names",
    "publish_list",
    "publish_received",
    "publish_templates",
    "publish_uses",
    "receive_file",
    "settle_proof",
]

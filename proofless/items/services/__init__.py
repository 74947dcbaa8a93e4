"""Acts on items: load the catalogue, publish lists, keep the libraries, publish uses, clean up proofs."""

from proofless.items.services.lists import (
    Published,
    publish_list,
    publish_received,
    publish_templates,
    receive_file,
)
from proofless.items.services.loading import load_items

__all__ = [
    "Published",
    "load_items",
    "publish_list",
    "publish_received",
    "publish_templates",
    "receive_file",
]

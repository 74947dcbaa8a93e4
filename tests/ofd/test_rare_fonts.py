"""Fonts of rare characters are compressed: without what opens them names like 㛃 could not be printed."""

from importlib import metadata

from proofless.ofd.fonts import Family, Style, default_library


def test_what_opens_a_rare_font_is_a_dependency() -> None:
    default_library().measure(Style(Family.SANS), "𠮷㛃")
    assert any(requirement.startswith("brotli") for requirement in metadata.requires("proofless") or [])

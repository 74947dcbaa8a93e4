"""Front-end files: what is missing is named before a page breaks in front of a resident."""

import re
from pathlib import Path

import pytest

from proofless.web import assets, jinja

WEB = Path(assets.__file__).parent


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    for source in assets.FILES:
        path = tmp_path / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a{background:url(data:x,url(%23g))}\n/*# sourceMappingURL=x.map */\n")
    icons = tmp_path / "@tabler/icons/icons/outline"
    icons.mkdir(parents=True)
    for name in assets.ICONS.read_text(encoding="utf-8").split():
        (icons / f"{name}.svg").write_text(
            '<svg><path stroke="none" d="M0 0h24v24H0z" />\n<path d="M1 1" /></svg>'
        )
    return tmp_path


def test_copies_point_to_no_file_that_is_not_there(modules: Path, tmp_path: Path) -> None:
    assets.copy_vendor(modules, tmp_path / "out")
    css = (tmp_path / "out/weui.css").read_text()
    assert "sourceMappingURL" not in css and "url(%23" not in css
    assert '<symbol id="home"' in (tmp_path / "out/icons.svg").read_text()


def test_a_missing_package_is_named(modules: Path, tmp_path: Path) -> None:
    (modules / "htmx.org/dist/htmx.min.js").unlink()
    with pytest.raises(assets.AssetMissing, match=r"htmx\.min\.js"):
        assets.copy_vendor(modules, tmp_path / "out")


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    known = set(assets.ICONS.read_text(encoding="utf-8").split())
    for folder in jinja.template_dirs():
        for template in folder.rglob("*.html"):
            named = set(re.findall(r"\bicon\('([a-z0-9-]+)'", template.read_text(encoding="utf-8")))
            assert named <= known, f"{template}: {named - known}"


def test_no_template_needs_what_the_policy_forbids() -> None:
    """Inline scripts and styles would be dropped by the browser without a word."""
    forbidden = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=\"|\son[a-z]+=\"|hx-on|javascript:|https?://(?!www\.w3)"
    )
    for folder in jinja.template_dirs():
        for template in folder.rglob("*.html"):
            found = forbidden.search(template.read_text(encoding="utf-8"))
            assert not found, f"{template}: {found and found[0]}"

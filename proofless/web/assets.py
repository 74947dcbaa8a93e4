"""前端资源: ``python -m proofless.web.assets`` copies what pages need from npm and hashes it.

``static-build/vendor`` holds the copies, ``static-build/public`` what whitenoise serves: names with content
hashes, and ``staticfiles.json`` mapping them. Neither is committed.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "static-build"
VENDOR = BUILD / "vendor"
PUBLIC = BUILD / "public"

FILES = {
    "weui/dist/style/weui.min.css": "weui.css",
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "echarts/dist/echarts.min.js": "echarts.js",
    "zxing-wasm/dist/iife/reader/index.js": "zxing.js",
    "zxing-wasm/dist/reader/zxing_reader.wasm": "zxing.wasm",
}
# One icon name a line; a page that needs another adds it here.
ICONS = Path(__file__).with_name("icons.txt")
LICENCES = ("weui", "@tabler/core", "@tabler/icons", "htmx.org", "echarts", "zxing-wasm")

_SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=[^\n*]*(\*/)?")
# An unquoted data: address in weui.css holds url(#gradient); hashed storage would take it for a file of ours.
_NESTED_URL = re.compile(r"url\(%23([\w-]+)\)")
_PATHS = re.compile(r"<path[^>]*/>", re.S)


class AssetMissing(Exception):
    """A file or icon that pages need is not in node_modules."""


def copy_vendor(modules: Path, target: Path) -> list[Path]:
    """Copy FILES, the licences and one icon sprite; returns what was written. Raises AssetMissing."""
    target.mkdir(parents=True, exist_ok=True)
    written = [_copy(modules / source, target / name) for source, name in FILES.items()]
    written.append(_write(target / "icons.svg", sprite(modules / "@tabler/icons/icons/outline")))
    for package in LICENCES:
        for licence in sorted((modules / package).glob("LICENSE*")):
            written.append(_copy(licence, target / "licences" / f"{package.replace('/', '+')}.txt"))
    return written


def _copy(source: Path, target: Path) -> Path:
    if not source.is_file():
        raise AssetMissing(f"缺少 {source.name}({source.parent}), 请先运行 npm ci")
    if source.suffix not in {".css", ".js"}:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return target
    text = _SOURCE_MAP.sub("", source.read_text(encoding="utf-8"))
    return _write(target, _NESTED_URL.sub(r"url%28%23\1%29", text) if source.suffix == ".css" else text)


def _write(target: Path, text: str) -> Path:
    target.write_text(text, encoding="utf-8")
    return target


def sprite(folder: Path) -> str:
    """One SVG whose symbols are the icons, drawn in the text's own colour."""
    symbols = []
    for name in ICONS.read_text(encoding="utf-8").split():
        source = folder / f"{name}.svg"
        if not source.is_file():
            raise AssetMissing(f"缺少图标 {name}")
        paths = [p for p in _PATHS.findall(source.read_text(encoding="utf-8")) if 'stroke="none"' not in p]
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
            f'stroke-linecap="round" stroke-linejoin="round">{"".join(paths)}</symbol>'
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def collect() -> None:
    """Hash and compress into STATIC_ROOT, through Django's own collectstatic."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proofless.config.settings")
    os.environ["PROOFLESS_COLLECT"] = "1"  # settings choose the hashing storage before anything is hashed
    django.setup()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m proofless.web.assets", description="准备前端资源")
    parser.add_argument("--modules", type=Path, default=ROOT / "node_modules", help="node_modules 目录")
    parser.add_argument("--vendor-only", action="store_true", help="只复制第三方文件,不计算内容摘要")
    options = parser.parse_args(argv)
    try:
        written = copy_vendor(options.modules, VENDOR)
    except AssetMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    if not options.vendor_only:
        collect()
    print(f"前端资源已就绪: {len(written)} 个第三方文件")
    return 0


if __name__ == "__main__":
    sys.exit(main())

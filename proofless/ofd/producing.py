"""命令行的制作部分: `ofd make`, `ofd svg`, `ofd png`, `ofd pdf`."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from proofless.gm import sm3
from proofless.ofd.declarations import Declared, Node, read_data, read_picture, read_template
from proofless.ofd.drawing import Drawing
from proofless.ofd.errors import BadTemplate, NotOfd, OfdError
from proofless.ofd.layout import fill_pages
from proofless.ofd.metadata import FaceDatum, Holder, Metadata, face_tags
from proofless.ofd.package import Package, pack, unpack
from proofless.ofd.pdf import About, render_pdf
from proofless.ofd.raster import render_png
from proofless.ofd.svg import render_svg
from proofless.ofd.writer import write

EXIT_DONE, EXIT_REFUSED, EXIT_UNREADABLE, EXIT_USAGE = 0, 1, 3, 64
_DPI_LIMITS = 20, 1200
_SHOWN = {"svg": "把一页画成 SVG", "png": "把一页画成 PNG", "pdf": "制作 PDF/A 副本"}
VERBS = frozenset({"make", *_SHOWN})
Commands = Any


@dataclass(frozen=True, slots=True)
class Made:
    """A document put together from a template and data, before it is written."""

    pages: tuple[Drawing, ...]
    metadata: Metadata


def add_commands(commands: Commands) -> None:
    """The verbs that produce files, for a command line's `add_subparsers`."""
    make = commands.add_parser(
        "make", help="由模板和数据制作文件", description="按 -o 的后缀制作 .ofd、.pdf、.svg 或 .png"
    )
    make.add_argument("template", metavar="TEMPLATE", type=Path, help="模板（.json 或 .toml）")
    make.add_argument("data", metavar="DATA", type=Path, help="数据（.json 或 .toml）")
    parsers = [make]
    for verb, words in _SHOWN.items():
        command = commands.add_parser(verb, help=words)
        command.add_argument("file", metavar="FILE", type=Path, help="OFD 文件")
        if verb != "pdf":
            command.add_argument("--page", metavar="N", type=int, default=1, help="第几页，从 1 起")
        parsers.append(command)
    for command in parsers:
        words = "写到哪个文件" if command is make else "写到哪个文件（缺省为标准输出）"
        command.add_argument("-o", "--output", metavar="OUT", type=Path, required=command is make, help=words)
        command.add_argument("--dpi", metavar="N", type=_dpi, default=150, help="PNG 每英寸的点数")
        command.add_argument("--json", action="store_true", help="制成后输出一个 JSON 对象（须有 -o）")


def run(options: argparse.Namespace) -> int:
    """Run one of `VERBS`; the exit code: 0 done, 1 refused, 3 a file cannot be read or written, 64 wrong usage."""
    if options.json and options.output is None:
        return _refuse("--json 须与 -o 同用", EXIT_USAGE)
    return _make(options) if options.command == "make" else _show(options)


def _dpi(text: str) -> int:
    least, most = _DPI_LIMITS
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"每英寸点数应在 {least} 到 {most} 之间：{text}")
    return int(text)


def _make(options: argparse.Namespace) -> int:
    try:
        made = put_together(read_template(options.template), read_data(options.data), options.data.parent)
        return _write(options, _drawn(made, options.output.suffix.lower(), options.dpi))
    except OfdError as error:
        return _refuse(str(error), EXIT_REFUSED)
    except OSError as error:
        return _refuse(f"无法读取 {error.filename}：{error.strerror}", EXIT_UNREADABLE)


def put_together(declared: Declared, data: Any, folder: Path) -> Made:
    """The document of a template and data `{values, tables, pictures, certificate}`. Raises `OfdError`."""
    node = Node(data, "数据")
    values = node.texts("values")
    tables = node.tables("tables")
    pictures = {
        name: read_picture(folder, file, f"数据.pictures.{name}")
        for name, file in node.texts("pictures").items()
    }
    metadata = _metadata(node, declared, values)
    node.finish()
    return Made(fill_pages(declared.template, values, pictures, tables), metadata)


def _metadata(node: Node, declared: Declared, values: Mapping[str, str]) -> Metadata:
    about = node.node("certificate")
    fields = [name for name in declared.labels if name in values]
    tags = face_tags(tuple(declared.labels[name] for name in fields))
    holders = [
        Holder(child.text("name"), *(child.text(key, "") for key in ("code", "code_type", "code_type_code")))
        for child in (about.nodes("holders") if about.has("holders") else [])
    ]
    found = Metadata(
        title=about.text("title", declared.title),
        type_code=about.text("type_code", ""),
        number=about.text("number", ""),
        identifier=about.text("identifier", ""),
        authority=about.text("authority", ""),
        authority_code=about.text("authority_code", ""),
        issued_on=about.day("issued_on"),
        holders=tuple(holders),
        valid_from=about.day("valid_from") if about.has("valid_from") else None,
        valid_until=about.day("valid_until") if about.has("valid_until") else None,
        face=tuple(
            FaceDatum(name, declared.labels[name], tag, values[name])
            for name, tag in zip(fields, tags, strict=True)
        ),
    )
    about.finish()
    return found


def _drawn(made: Made, suffix: str, dpi: int) -> bytes:
    """The file of a suffix; SVG and PNG show the first page."""
    match suffix:
        case ".ofd":
            return pack(write(made.pages, made.metadata))
        case ".pdf":
            made_at = datetime.combine(made.metadata.issued_on, time(), UTC)
            return render_pdf(made.pages, About(made.metadata.title, made.metadata.authority, made_at))
        case ".svg":
            return render_svg(made.pages[0], title=made.metadata.title).encode()
        case ".png":
            return render_png(made.pages[0], dpi=dpi)
    raise BadTemplate("-o", "文件名应以 .ofd、.pdf、.svg 或 .png 结尾")


def _show(options: argparse.Namespace) -> int:
    try:
        package = unpack(options.file.read_bytes())
        return _write(options, _shown(package, options))
    except NotOfd as error:
        return _refuse(f"无法读取：{error}", EXIT_UNREADABLE)
    except OfdError as error:
        return _refuse(str(error), EXIT_REFUSED)
    except OSError as error:
        return _refuse(f"无法读取文件 {options.file}：{error.strerror}", EXIT_UNREADABLE)


def _shown(package: Package, options: argparse.Namespace) -> bytes:
    if options.command == "svg":
        return render_svg(package, options.page).encode()
    if options.command == "png":
        return render_png(package, options.page, options.dpi)
    return render_pdf(package)


def _write(options: argparse.Namespace, data: bytes) -> int:
    """Writes beside the place first, so that a full disk leaves no half file; without a place to standard output."""
    path: Path | None = options.output
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return EXIT_DONE
    if not path.name:
        return _refuse("-o 应为文件名", EXIT_REFUSED)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        return _refuse(f"无法写入 {path}：{error.strerror}", EXIT_UNREADABLE)
    if options.json:
        made = {"output": str(path), "bytes": len(data), "sm3": sm3.digest(data).hex()}
        print(json.dumps(made, ensure_ascii=False))
    return EXIT_DONE


def _refuse(words: str, code: int) -> int:
    print(words, file=sys.stderr)
    return code

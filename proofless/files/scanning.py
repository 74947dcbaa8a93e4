"""安全扫描: one seam for every file somebody brings. A built-in look at what it carries, and clamd where one is set.

The built-in scanner knows active content (scripts, launches, attachments in PDF; programs and markup hidden in
pictures) and the EICAR test file; it knows no viruses. ``PROOFLESS_CLAMD`` (``unix:/path`` or ``tcp:host:port``) adds
ClamAV by its INSTREAM command; set and not answering, nothing is taken: unknown is not clean.
"""

import os
import re
import socket
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
BUILT_IN, CLAMD = "built-in", "clamd"
SETTING = "PROOFLESS_CLAMD"
SECONDS = 20.0
CHUNK = 1 << 16
UNPACKED_MAX = 24 << 20
# Names of PDF dictionaries that run, start, fetch or carry something (ISO 32000-1, 7.11.4, 12.6.4, 12.7.8, 13.2).
_PDF_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Movie|3D)(?![A-Za-z])"
)
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_MARKUP = re.compile(rb"<\s*(?:script|html|svg|\?php|!doctype)", re.IGNORECASE)
_PROGRAMS = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"#!/")


@dataclass(frozen=True, slots=True)
class Scan:
    """``clean`` None: not known, treat as not clean. ``why`` in Chinese, ``engine`` says who looked."""

    clean: bool | None
    engine: str
    why: str = ""


def engine_name() -> str:
    """Which scanners are active in this node."""
    return f"{BUILT_IN}+{CLAMD}" if os.environ.get(SETTING) else BUILT_IN


def scan(data: bytes) -> Scan:
    """Look at a file before it is kept."""
    if why := _carried(data):
        return Scan(False, BUILT_IN, why)
    address = os.environ.get(SETTING, "")
    return _ask_clamd(data, address) if address else Scan(True, BUILT_IN)


def _carried(data: bytes) -> str:
    if EICAR in data:
        return "文件含有病毒测试特征"
    if data.startswith(b"%PDF-"):
        active = any(_PDF_ACTIVE.search(_unescaped(part)) for part in _pdf_parts(data))
        return "PDF 含有脚本、附件或会自动运行的内容" if active else ""
    tail = _after_picture(data)
    if tail.lstrip(b"\0\r\n \t").startswith(_PROGRAMS) or _MARKUP.search(data):
        return "图片里夹带了程序或网页代码"
    return ""


def _pdf_parts(data: bytes) -> Iterator[bytes]:
    """The file as it stands, then what its compressed streams unpack to, within a bound."""
    yield data
    left = UNPACKED_MAX
    for found in _STREAM.finditer(data):
        try:
            text = zlib.decompressobj().decompress(found.group(1), left)
        except zlib.error:
            continue
        left -= len(text)
        yield text
        if left <= 0:
            return


def _unescaped(text: bytes) -> bytes:
    """``/J#61vaScript`` is ``/JavaScript`` to every reader (ISO 32000-1, 7.3.5)."""
    return _PDF_ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), text)


def _after_picture(data: bytes) -> bytes:
    """What follows the end of a JPEG or PNG."""
    mark, skip = (b"\xff\xd9", 2) if data.startswith(b"\xff\xd8") else (b"IEND", 8)
    end = data.rfind(mark)
    return data[end + skip :] if end >= 0 else b""


def _ask_clamd(data: bytes, address: str) -> Scan:
    try:
        with closing(_connect(address)) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                part = data[start : start + CHUNK]
                line.sendall(struct.pack(">I", len(part)) + part)
            line.sendall(struct.pack(">I", 0))
            answer = line.recv(1024).rstrip(b"\0\n")
    except (OSError, ValueError):
        return Scan(None, CLAMD, "安全扫描服务没有响应")
    if answer.endswith(b"OK"):
        return Scan(True, f"{BUILT_IN}+{CLAMD}")
    if answer.endswith(b"FOUND"):
        return Scan(False, CLAMD, "安全扫描发现病毒")
    return Scan(None, CLAMD, "安全扫描服务没有给出结论")


def _connect(address: str) -> socket.socket:
    kind, _, rest = address.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        line.connect(rest)
        return line
    host, _, port = rest.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)

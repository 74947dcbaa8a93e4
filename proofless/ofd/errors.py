"""What ofd refuses, as exceptions. A caller that catches `OfdError` catches them all."""


class OfdError(Exception):
    """Base of every refusal of this library."""


class FontsNotInstalled(OfdError):
    """A font file the library needs is not where it was looked for."""

    def __init__(self, name: str, roots: str) -> None:
        super().__init__(
            f"缺少字体 {name}（查找位置：{roots}）。请运行 npm install，或用 PROOFLESS_FONTS 指明字体目录。"
        )
        self.name = name


class MissingGlyph(OfdError):
    """No installed font draws this character; a blank box on a certificate would be worse than none."""

    def __init__(self, character: str) -> None:
        super().__init__(f"没有字体能显示字符 {character!r}（U+{ord(character):04X}）")
        self.character = character


class MissingValue(OfdError):
    """The template asks for a value that was not given (an empty text is a value)."""

    def __init__(self, field: str) -> None:
        super().__init__(f"模板需要的内容缺失：{field}")
        self.field = field


class TextOverflow(OfdError):
    """A text that does not fit its box even at the smallest size; it is never cut off silently."""

    def __init__(self, field: str | None, length: int) -> None:
        super().__init__(f"内容过长，版面容纳不下：{field or '固定文字'}（{length} 字）")
        self.field = field


class BadPicture(OfdError):
    """Picture bytes that are neither PNG nor JPEG, or a picture too large to be made or taken."""


class BadTemplate(OfdError):
    """A template's declaration that cannot be understood; `where` is the path of the offending place."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"模板有误：{where}：{problem}")
        self.where = where


class BadText(OfdError):
    """Characters that XML cannot carry."""


class NotOfd(OfdError, ValueError):
    """Bytes that are not a readable OFD package."""


class NotPdf(OfdError, ValueError):
    """Bytes that are not a readable PDF file."""


class DocumentClosed(OfdError):
    """The last seal covers the list of signatures: no further seal may follow."""


class SealRefused(OfdError):
    """The seal may not be affixed: out of its period, the signer not listed, the page not there."""

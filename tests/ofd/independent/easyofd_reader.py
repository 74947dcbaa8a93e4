"""Runs in its own virtual environment: easyofd's picture and text of a file, as PNG and as JSON on the last line.

easyofd sets every text in a font that calls itself 宋体 and must be there already: it gets ours.
"""

import json
import sys

import pymupdf
from easyofd.ofd import OFD
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont


def main(source: str, font: str, picture: str, width: str) -> None:
    pdfmetrics.registerFont(TTFont("宋体", font))
    reader = OFD()
    reader.read(source, fmt="path")
    page = pymupdf.open(stream=reader.to_pdf(), filetype="pdf")[0]
    zoom = int(width) / page.rect.width
    page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False).save(picture)
    texts = [
        line["text"] for one in reader.data[0]["page_info"].values() for line in one.get("text_list", [])
    ]
    print(json.dumps({"texts": texts, "drawn": page.get_text()}))


if __name__ == "__main__":
    main(*sys.argv[1:])

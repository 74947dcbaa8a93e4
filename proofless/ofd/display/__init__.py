"""显示: pages of any OFD file, ours and foreign, as marks (`model`) and as one safe SVG (`svg`).

`pages.read_page` turns a page with its templates, annotations and seals into frozen marks in millimetres;
`svg.draw` turns marks into markup. Nothing received is passed on as it came: numbers are parsed, path operators
known, pictures opened, glyphs drawn as outlines. What cannot be shown is shown as missing, never left out silently.
"""

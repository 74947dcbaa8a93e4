"""版式: OFD documents (GB/T 33190-2016) laid out, written, sealed (GB/T 38540-2020), drawn and verified.

A pure library: it knows `gm` and nothing else of ours. The way of a certificate through it:
`faces` makes a template, `layout.fill` puts the values in, `writer.write` makes the package, `sealing.seal`
closes it, `svg.render_svg` shows it, `verify` says what is true of it.
"""

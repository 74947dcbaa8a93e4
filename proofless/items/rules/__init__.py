"""Rules of items: the order of a material's sources, the expressions conditions are written in, and search.
Pure.
"""

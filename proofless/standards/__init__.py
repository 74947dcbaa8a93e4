"""数据元: standard fields with their grade, code lists, validators; and how a published catalogue is brought
in.
"""

"""Plain English for every code: one table a closed set, one file a capability. Pages, shell and mails all read here.

A test compares every enum with its table, so that no code is ever shown bare.
"""

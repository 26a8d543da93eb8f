"""Reads Paycor's Public API over HTTP. In: credentials and legal entities; out: employees and findings.

Every request is a read, except token calls and one certification call (`wire.writer`, which no sync uses). Nothing
here knows the database, the LMS or the pages.
"""

"""The edge in: Paycor's Public API over HTTP. In: credentials and legal entities; out: employees and findings.

It reads only: besides token calls every request is a GET. It knows no database, no host and no page of ours.
"""

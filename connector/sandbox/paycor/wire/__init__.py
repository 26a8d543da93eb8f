"""How the sandbox speaks: gateway, answers, pages, queries."""

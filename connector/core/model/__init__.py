"""The nouns: frozen values and closed sets. They know nothing of rules, ports or edges."""

"""Everything one sandbox remembers, and what can be set or broken while it runs."""

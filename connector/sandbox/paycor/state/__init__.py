"""The state of one sandbox, and what can be set or broken while it runs."""

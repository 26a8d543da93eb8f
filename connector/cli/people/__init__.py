"""Why somebody has access or not, and overrides, from the shell."""

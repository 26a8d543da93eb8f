"""Syncs, previews, stored plans and undo, from the shell."""

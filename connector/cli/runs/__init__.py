"""Syncs, previews, stored plans, undo, pause and resume, from the shell."""

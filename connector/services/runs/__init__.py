"""Runs: asked for, carried out, applied, undone, exported."""

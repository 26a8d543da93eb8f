"""Runs: requested, queued when due, carried out, undone, exported."""

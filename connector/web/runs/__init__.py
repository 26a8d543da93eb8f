"""The pages about syncs, previews and undo."""

"""Connect, review, reconnect, pause and disconnect a portal."""

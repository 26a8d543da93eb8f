"""SQL about people: links, findings, overrides, the directory and their history."""

"""SQL about people: links, mails, findings, overrides, the directory and the to-do list."""

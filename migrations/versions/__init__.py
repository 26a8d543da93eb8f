"""One file a revision, frozen once released: a file here imports nothing from the connector."""

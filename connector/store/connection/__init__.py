"""SQL about a portal's connection: the connection itself, its settings, secrets, consents and audit."""

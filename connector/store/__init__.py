"""The edge to the database: our tables and our own sessions on the host's engine. Only this package writes SQL."""

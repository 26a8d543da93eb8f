"""The edge to the database: our tables on the host's engine, our own sessions, nothing of the host's."""

"""What every table needs: base class, sessions, encryption, and the revision of the database."""

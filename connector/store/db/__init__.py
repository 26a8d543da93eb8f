"""What every table needs: base class, sessions, encryption, and the revision the database is at."""

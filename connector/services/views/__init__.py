"""What pages and commands show: frozen values without anything of the database, and what builds them from rows."""

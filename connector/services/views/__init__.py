"""What pages and commands are given: frozen values with nothing of the database in them."""

"""Who has a right to access, from which day to which, and which overrides are in force."""

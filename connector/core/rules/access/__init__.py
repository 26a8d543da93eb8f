"""Who is entitled to access, on which day, and which overrides are in force."""

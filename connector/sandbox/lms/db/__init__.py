"""Tables of the built-in LMS."""

"""Groups, dynamic rules and courses of the built-in LMS."""

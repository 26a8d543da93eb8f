"""The built-in LMS's pages and what they share."""

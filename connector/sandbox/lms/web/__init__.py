"""The built-in LMS's pages and their shared parts."""

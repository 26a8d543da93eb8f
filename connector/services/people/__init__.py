"""People, one at a time: the directory, explanations, account matches, overrides, and mail to people."""

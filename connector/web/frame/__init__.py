"""What every page shares: access, flash messages, forms, errors, words."""

"""A benchmark that anyone can repeat: ratios within one run, because absolute figures differ between machines."""

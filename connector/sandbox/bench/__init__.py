"""The benchmark that anyone can rerun: ratios within one run, because absolute figures move from machine to machine."""

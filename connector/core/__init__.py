"""The middle: values and pure functions. No clock, no I/O, no framework; `today` and `now` are arguments."""

"""SQL about what Paycor had at the last complete read, and what a read in progress has staged."""

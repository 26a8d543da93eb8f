"""SQL about what Paycor said at the last complete read, and what a read in progress has staged."""

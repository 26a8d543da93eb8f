"""What the sandbox company looks like as Paycor records."""

"""The sandbox company as Paycor records."""

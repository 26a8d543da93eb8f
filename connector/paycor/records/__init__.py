"""Paycor's data about people: the shape of its records, how they are decoded, and the lists joined to them."""

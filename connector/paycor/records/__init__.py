"""What Paycor says about people: the shapes of its records, and the lists joined to them."""

"""How Paycor is asked: one client, its pages, its pace, and the one writer."""

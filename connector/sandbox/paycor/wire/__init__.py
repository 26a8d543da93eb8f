"""HTTP as Paycor speaks it: gateway, answers, pages, queries."""

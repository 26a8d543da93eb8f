"""HTTP to Paycor: the client, the pages of a list, the rate limit, and the one writer."""

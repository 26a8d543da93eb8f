"""The endpoints, one file for each part of Paycor's API."""

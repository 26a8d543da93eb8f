"""The pages of the LMS, one file for each subject. `urls` has their addresses."""

"""What an admin chooses for a portal: checked whole, saved whole."""

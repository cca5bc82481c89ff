"""What a recurrent network is, and the formats of its files."""

"""What belongs to no single app."""

"""What a merchant does with shipments: import, edit, make labels, follow the long jobs."""

"""Two months of shipments for a demo shop, with invented buyers."""

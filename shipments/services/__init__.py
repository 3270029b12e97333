"""Services that change shipments: drafts, imports, labels and CSV files."""

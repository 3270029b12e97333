"""Draws the documents that go with a label: customs forms, commercial invoices and packing slips."""

"""The papers beside a label: customs forms, a commercial invoice, a packing slip. Values in, drawn pages out."""

"""Views of shipments: each turns a request into one service call or one queryset, and the answer back."""

"""Integratie > Externe koppelingen, and the door at which shop systems tell us what happened."""

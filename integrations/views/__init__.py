"""The pages below Integratie > Externe koppelingen, and the webhook endpoint of platforms."""

"""Engines of others, spoken to over the network by the API that everybody speaks."""

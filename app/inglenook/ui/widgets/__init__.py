"""Small controls that pages share."""

"""Documents that go with a message: attached, shown, made to fit, looked into."""

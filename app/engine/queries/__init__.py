"""What the command line and HTTP can ask of the engine, and how a request is read."""

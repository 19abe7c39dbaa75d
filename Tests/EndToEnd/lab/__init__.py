"""The bench: real parts (broker, slaves, platform) around the built binaries, for end-to-end tests and the demonstration."""

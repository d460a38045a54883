"""The emulator of AWS's services on a laptop: MiniStack, started with the patches that make it behave as AWS does."""

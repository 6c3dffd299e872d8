"""What a script writes and sends while it is probed, kept from its owner's files and servers."""

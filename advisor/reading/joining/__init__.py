"""What the logs of a folder mean together: sessions of one training, copies, formats, curves counted in other steps."""

"""What training programs print: the measurements in it, the steps they belong to, and the failures."""

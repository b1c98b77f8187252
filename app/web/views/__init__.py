"""What templates see: frozen values with every text already written, built from public values and stored reveals."""

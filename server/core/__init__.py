"""What every slice stands on. No word of the domain lives here."""

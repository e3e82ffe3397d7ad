"""The command `ots`: what a person or a script says to the library, and what it says back."""

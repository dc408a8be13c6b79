"""*Bewaren en sleutels*: passphrase, recovery code, key, backup, restoring and erasing."""

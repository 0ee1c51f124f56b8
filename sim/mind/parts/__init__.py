"""Parts of the mind, one file each; adding a file adds a part."""

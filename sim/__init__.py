"""The world: people, firms, call centers, money. It knows no files, studies, plots or command line."""

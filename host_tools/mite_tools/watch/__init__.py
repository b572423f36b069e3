"""`mite watch`: a page that shows what a board hears and sees, as it does."""

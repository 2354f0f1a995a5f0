"""The demo shop: its data, its pictures and its film, all made here."""

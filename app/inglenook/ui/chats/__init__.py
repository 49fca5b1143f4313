"""The list of chats in the side bar: folders, places, selection, and what is done with them."""

"""The encryption of chats in the window: the page that unlocks them, and the choice itself."""

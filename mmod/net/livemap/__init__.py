"""The live map: moving pictures of the world for operators, over server-sent events."""

"""The board in processes of their own, with two jobs more that tell a diary what they do."""

"""The forms that people fill in, one module per noun, shared by roles where the fields are the same."""

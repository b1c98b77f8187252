"""The question bank: questions as files, their public half and their key as separate values, the key computed."""

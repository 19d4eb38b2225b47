"""Lack of diversity: what the data shows too little of, or too often."""

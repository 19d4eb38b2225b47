"""From what was measured to one answer: may this data train a model?"""

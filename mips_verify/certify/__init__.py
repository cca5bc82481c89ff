"""Theorems about networks: does a network equal its program on words of every length?"""

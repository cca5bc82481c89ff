"""Recurrent networks and the engines that train them from labelled sequences."""

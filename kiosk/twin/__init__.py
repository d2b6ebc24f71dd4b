"""The day simulated before it happens, on the same rules as the day itself.

scenario   who comes, and how they behave        policies   ways to send families round
families   drawn from a scenario by a seed       hall       scans become facts, facts become advice
booths     the ateliers and their animators      world      what everybody does, on SimPy
diary      what happened                         play       one day, from a seed to its diary
"""

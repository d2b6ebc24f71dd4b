"""The day simulated before it happens, on the same rules as the day itself.

scenario   who comes, and how they behave        policies   ways to send families round
families   drawn from a scenario by a seed       hall       scans become facts, facts become advice
booths     the ateliers and their animators      world      what everybody does, on SimPy
diary      what happened                         play       one day, from a seed to its diary

Many days, for `ronde rehearse`:

days         a played day in short               forecast     what many of them foresee
runs         days played by many processes       intervals    bands of days, intervals of means
changes      what could be changed               ranking      what that saves, on the same families
comparison   two events on the same days         afternoon    one window with advice and without
readings     what a journal shows of people      calibration  a scenario fitted to it
phrases      figures in words                    charts       and as pictures
screen       a rehearsal on a terminal           report       as a page, and as JSON
findings     what a day taught                   progress     how far it all has come
"""

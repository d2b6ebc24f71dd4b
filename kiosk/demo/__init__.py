"""A rehearsal: stand-in families live a whole day against the real hub, the real stations and a stand-in printer.

families  who comes, and with what in mind     world  what they do there, in simulated time
truth     what they know they did              hall   scanners, door and paper as a family meets them
stage     the processes behind it              main   `ronde demo`

Only this package may import `firmware.standin`.
"""

"""A rehearsal: stand-in families live a whole day against the real hub, the real stations and a stand-in printer.

hall   scanners, door, paper and advice as a family meets them     truth  what they know they did
stage  the processes behind it                                     main   `ronde demo`

The families and their world are those of `kiosk.twin`. Only this package may import `firmware.standin`.
"""

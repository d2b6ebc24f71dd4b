"""What is true about an event day. Pure: standard library only, and now is an argument.

event      what was planned            party     who moves together
facts      what happened, as recorded  ledger    facts, folded as they come
journeys   what the passages of one party amount to
floor      everything live, at a moment
waits      how long a queue will take  routes    where to go next
"""

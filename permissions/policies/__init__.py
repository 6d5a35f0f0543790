"""Policies: who may run which verb on which object. One file a noun; each `can_<verb>` returns a `Permit` or raises.

A viewer without the grant never comes here (the plan refuses the field). What a policy decides is reach (an object out
of it answers `NOT_FOUND`, like one that is not there) and the rules about who may do what to whom. Only this package
makes permits.
"""

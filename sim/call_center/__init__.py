"""The call center: contacts arrive one by one, wait, are answered or hang up, and call again.

`center.CallCenter` runs one firm's center through the periods of a world. `contacts_from` makes its contacts. `serve`
is for anyone who has only a queue, `erlang` for anyone who has only its rates.
"""

from sim.call_center.arrivals import contacts_from
from sim.call_center.contacts import Cause, Contacts
from sim.call_center.door import serve
from sim.call_center.records import CenterState, Ending, Records
from sim.call_center.settings import CallCenterSettings

__all__ = [
    "CallCenterSettings",
    "Cause",
    "CenterState",
    "Contacts",
    "Ending",
    "Records",
    "contacts_from",
    "serve",
]

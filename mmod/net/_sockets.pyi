from mmod.net.frames import only_payload as only_payload
from mmod.net.sockets import read_ready as read_ready
from mmod.net.sockets import send_states as send_states

"""Prints a Fernet token, scoped to a project, that expires SECONDS from now; a negative number gives one that has expired.
Keystone takes it for one of its own, because it is made with its key.

usage: mint_token.py KEY_FOLDER SECONDS USER_ID PROJECT_ID"""

import os
from pathlib import Path
import sys
import time
import uuid

from cryptography.fernet import Fernet
import msgpack

# keystone/token/token_formatters.py: the version of a payload with a project, and the first of the default methods of
# [auth], which stand in a token as bits in the order external, password, token, ...
PROJECT_SCOPED = 2
PASSWORD = 2

folder, seconds, user, project = sys.argv[1:]
newest = max(Path(folder).iterdir(), key=lambda key: int(key.name))  # the primary key; 0 is the one to come
payload = (
    PROJECT_SCOPED,
    (True, uuid.UUID(user).bytes),
    PASSWORD,
    (True, uuid.UUID(project).bytes),
    time.time() + float(seconds),
    [os.urandom(16)],
)
token = Fernet(newest.read_bytes().strip()).encrypt(msgpack.packb(payload))
print(token.rstrip(b'=').decode())

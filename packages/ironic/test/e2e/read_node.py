"""What Ironic's data base has of a node, and the files on the image that Ironic makes of its config drive.

read_node.py DATABASE UUID"""

import base64
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

from openstack.baremetal import configdrive

database, uuid = sys.argv[1:]
connection = sqlite3.connect(f'file:{database}?mode=ro', uri=True, timeout=30)
(text,) = connection.execute('SELECT instance_info FROM nodes WHERE uuid = ?', (uuid,)).fetchone()
info = json.loads(text)


def files_of(drive):
    # As ironic.conductor.utils.build_configdrive does.
    user_data = drive.get('user_data')
    image = configdrive.build(
        drive.get('meta_data') or {},
        user_data=user_data.encode('utf-8') if user_data else None,
        network_data=drive.get('network_data'),
        vendor_data=drive.get('vendor_data'),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'drive.iso')
        with open(path, 'wb') as target:
            target.write(gzip.decompress(base64.b64decode(image)))
        run = lambda *parameters: subprocess.run(  # noqa: E731
            ['isoinfo', '-R', '-i', path, *parameters], check=True, capture_output=True).stdout
        names = [name for name in run('-f').decode().splitlines() if '.' in name or name.endswith('user_data')]
        return {name: run('-x', name).decode('utf-8', 'replace') for name in names}


drive = info.get('configdrive')
json.dump({'instance_info': info, 'drive': files_of(drive) if isinstance(drive, dict) else {}}, sys.stdout)

"""What cloud-init makes of the user data on standard input: the merged cloud-config and every other part, as JSON."""

import json
from pathlib import Path
import sys
import tempfile

from cloudinit import helpers, user_data, util
from cloudinit.handlers.cloud_config import CloudConfigPartHandler

with tempfile.TemporaryDirectory() as folder:
    paths = helpers.Paths({'cloud_dir': folder, 'run_dir': folder})
    handler = CloudConfigPartHandler(paths)
    handler.cloud_fn = str(Path(folder) / 'merged')
    handler.handle_part(None, '__begin__', None, None, None, None)
    others = []
    for part in user_data.UserDataProcessor(paths).process(sys.stdin.buffer.read()).walk():
        kind = part.get_content_type()
        if part.get_content_maintype() == 'multipart':
            continue
        payload = util.fully_decoded_payload(part)
        if kind == 'text/cloud-config':
            handler.handle_part(None, kind, part.get_filename() or 'part', payload, None, dict(part))
        else:
            others.append([kind, payload if isinstance(payload, str) else payload.decode('latin1')])
    handler.handle_part(None, '__end__', None, None, None, None)
    config = util.load_yaml(Path(handler.cloud_fn).read_text())
    print(json.dumps({'config': config, 'others': others}))

"""Octavia's own Nova driver, one verb a line.

Reads JSON lines {"verb", ...} from standard input and answers each with {"ms", "result"} or {"ms", "error"}.
The first line is the configuration: {"conf": {section: {option: value}}}.
"""

import json
import logging
import sys
import tempfile
import time

sys.dont_write_bytecode = True


def configure(sections):
    with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
        for section, options in sections.items():
            file.write('[%s]\n' % section)
            for name, value in options.items():
                file.write('%s = %s\n' % (name, value))
        file.flush()
        from octavia.common import config

        config.init(['--config-file', file.name])
    logging.disable(logging.CRITICAL)
    from octavia.compute.drivers import nova_driver

    return nova_driver.VirtualMachineManager()


def do(manager, verb, arguments):
    if verb == 'build':
        return manager.build(**arguments)
    if verb == 'get':
        return manager.get_amphora(arguments['id'])[0].compute_id
    if verb == 'status':
        return manager.status(arguments['id'])
    if verb == 'delete':
        return manager.delete(arguments['id'])
    raise ValueError(verb)


def main():
    answers = sys.stdout
    sys.stdout = sys.stderr
    manager = configure(json.loads(sys.stdin.readline())['conf'])
    for line in sys.stdin:
        wanted = json.loads(line)
        begun = time.monotonic()
        try:
            answer = {'result': do(manager, wanted.pop('verb'), wanted)}
        except Exception as error:
            answer = {'error': type(error).__name__}
        answer['ms'] = (time.monotonic() - begun) * 1000
        answers.write(json.dumps(answer) + '\n')
        answers.flush()


main()

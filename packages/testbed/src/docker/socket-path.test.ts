import { expect, it } from 'vitest'
import { dockerSocketPath } from './socket-path.ts'

it.each([
  [undefined, '/var/run/docker.sock'],
  ['', '/var/run/docker.sock'],
  ['unix:///tmp/a b.sock', '/tmp/a b.sock'],
])('reads DOCKER_HOST %j as %s', (host, path) => {
  expect(dockerSocketPath(host === undefined ? {} : { DOCKER_HOST: host })).toBe(path)
})

it.each(['tcp://127.0.0.1:2375', 'unix://', 'unix://relative.sock', 'ssh://host', '/var/run/docker.sock'])(
  'refuses DOCKER_HOST %s, naming it and the rule',
  (host) => {
    expect(() => dockerSocketPath({ DOCKER_HOST: host })).toThrow(
      `DOCKER_HOST must be unix:// with an absolute path, found "${host}"`,
    )
  },
)

/** Where each service answers. The ports are fixed, so one machine runs one OpenStack. */
export const endpoints = {
  keystone: 'http://127.0.0.1:5000/v3',
  placement: 'http://127.0.0.1:8778',
  nova: 'http://127.0.0.1:8774/v2.1',
  glance: 'http://127.0.0.1:9292',
  neutron: 'http://127.0.0.1:9696',
  /** Bare metal, as the catalog has it: needs an administrator's token. */
  ironic: 'http://127.0.0.1:6385',
  /** Another Ironic with nodes of its own, which asks nobody for a token. */
  'ironic-noauth': 'http://127.0.0.1:6386',
} as const

export type EndpointName = keyof typeof endpoints
export type Endpoints = typeof endpoints

export const region = 'RegionOne'

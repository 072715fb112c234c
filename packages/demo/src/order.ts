import { LOCAL } from './bind.ts'
import { networkOf } from './docker/network.ts'
import { SERVER_PORT, serverOf, SERVERS } from './docker/web-server.ts'
import { HAPROXY_CFG, haproxyCfg } from './haproxy-cfg.ts'
import type { Scene } from './scene.ts'
import type { Stage } from './stage/stage.ts'

/** The order for the balancer. A run of the same name gives the same, so that a repeated build is the same build. */
export function orderFor(stage: Stage, name: string): Scene['request'] {
  const servers = SERVERS.map((server) => `${serverOf(name, server)}:${SERVER_PORT}`)
  return {
    type: 'Container',
    driver: LOCAL,
    name,
    imageId: stage.imageId,
    flavor: { memoryMiB: 128 },
    networkIds: [networkOf(name)],
    configDriveFiles: { [HAPROXY_CFG]: haproxyCfg(servers) },
  }
}

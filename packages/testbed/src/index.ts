export {
  type DockerTestbed,
  type DockerUpOptions,
  type RestartOptions,
  dockerDown,
  dockerUp,
} from './docker/testbed.ts'
export { type DockerImages, dockerImages } from './docker/images.ts'
export { type DockerStatus, dockerStatus } from './docker/status.ts'
export { type EngineVersion } from './docker/engine.ts'
export { type DockerRequestOptions, type DockerResponse, dockerRequest } from './docker/request.ts'
export { type DockerExecResult, dockerExec } from './docker/exec.ts'
export { dockerSocketPath } from './docker/socket-path.ts'
export {
  type OpenStackDownOptions,
  type OpenStackIds,
  type OpenStackTestbed,
  type OpenStackUpOptions,
  openstackDown,
  openstackUp,
} from './openstack/testbed.ts'
export { openstackMissing } from './openstack/missing.ts'
export { type OpenStackServiceStatus, type OpenStackStatus, openstackStatus } from './openstack/status.ts'
export { type Credentials } from './openstack/credentials.ts'
export { type Endpoints } from './openstack/endpoints.ts'
export { type ServiceName } from './openstack/services.ts'
export { type ClientOutput } from './openstack/openstack-client.ts'
export { type NodeChanges } from './openstack/bare-metal.ts'
export { type GuestImages } from './openstack/guest-images.ts'
export {
  type ApplianceDownOptions,
  type ApplianceTestbed,
  type ApplianceUpOptions,
  type DaemonStartOptions,
  applianceDown,
  applianceUp,
} from './appliance/testbed.ts'
export { applianceMissing } from './appliance/missing.ts'
export { type ApplianceDaemonStatus, type ApplianceStatus, applianceStatus } from './appliance/status.ts'
export { type CaddyAccess } from './appliance/caddy.ts'
export { type DaemonName } from './appliance/daemon.ts'
export { type SnmpAccess } from './appliance/snmpd.ts'
export { ensurePackages } from './packages.ts'
export { TestbedError } from './testbed-error.ts'

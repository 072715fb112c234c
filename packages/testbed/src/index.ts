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
export { TestbedError } from './testbed-error.ts'

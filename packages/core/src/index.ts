export type {
  Amphora,
  AmphoraAddress,
  AmphoraState,
  AmphoraStatus,
  AmphoraType,
  ReportedAmphora,
  ReportedStatus,
} from './amphora.ts'
export { buildError } from './build-failure.ts'
export type { AmphoraFlavor, BootFile, BuildOrder, BuildRequest, Content, FlavorSize } from './build-request.ts'
export type { BuildRequestFor, Capabilities } from './capabilities.ts'
export { systemClock, type Clock } from './clock.ts'
export type {
  AmphoraFleet,
  AmphoraQuery,
  Bindings,
  BreakerOptions,
  CallOptions,
  CircuitState,
  Compute,
  ComputeOptions,
  DriverHealth,
  OperationClass,
  PlacementGroup,
  RequestFor,
} from './compute.ts'
export { createCompute } from './fleet/create-compute.ts'
export {
  defineDriver,
  type DriverApiVersion,
  type DriverBinding,
  type DriverContext,
  type DriverDefinition,
  type DriverPlugin,
  type OptionsSchema,
} from './define-driver.ts'
export type {
  AmphoraComputeDriver,
  Attaches,
  AttachTarget,
  Call,
  CheckReport,
  DriverFor,
  Groups,
  PlacementPolicy,
  Progress,
  Suspends,
  Watches,
} from './driver.ts'
export { recovery, type ErrorCode, type Recovery } from './error-code.ts'
export {
  AmphoraBuildError,
  AmphoraComputeError,
  DeleteFailed,
  DriverLoadError,
  InstanceNotFoundError,
  InvalidRequestError,
  NotImplementedError,
  NotSuspendedError,
  type BuildOutcome,
  type ComputeErrorOptions,
} from './errors.ts'
export { Flights } from './flights.ts'
export { codeFromHttpStatus, codeFromNodeError, type NodeFailure } from './failure-code.ts'
export type { CallTrace, ComputeEvent, DriverVerb } from './events.ts'
export { silentLogger, type Logger } from './logger.ts'
export { Sightings } from './sightings.ts'
export { createRegistry, registry, type DriverRegistry } from './registry.ts'
export { retryAfterMs } from './retry-after.ts'

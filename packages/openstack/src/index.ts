export {
  cloudEntries,
  type AuthOptions,
  type AuthSettings,
  type AuthType,
  type CloudOptions,
  type CloudSettings,
  type EndpointInterface,
} from './options.ts'
export { cloudRules } from './option-rules.ts'
export { flag, text, whole } from './option-values.ts'
export { OpenStackError, type Verdict } from './openstack-error.ts'
export { Secret, type SecretSource } from './secret.ts'
export { Session, type SessionContext, type TokenScope } from './session.ts'
export type { MicroversionOptions } from './service/microversion.ts'
export { pages, type Page, type PagesOptions } from './service/pages.ts'
export type { Explanation, Refusal } from './service/refusal.ts'
export type { Service, ServiceAnswer, ServiceOptions, ServiceRequest } from './service/service.ts'
export type { Query } from './service/target.ts'
export { Cached } from './driver/cached.ts'
export {
  createError,
  foreign,
  hasStatus,
  isAbsent,
  isRefused,
  notFound,
  notSuspended,
  orProblem,
  otherOrder,
  refused,
  unreadable,
} from './driver/failure.ts'
export { Images, type ImagesOptions } from './driver/images.ts'
export { inSeconds } from './driver/in-seconds.ts'
export { missingFrom, readRows, type NeutronKind, type NeutronRow } from './driver/neutron-rows.ts'
export { oneLine } from './driver/one-line.ts'
export { fileProblems, imageProblems, portProblems, uuidProblems } from './driver/order-rules.ts'
export { fixedIps, textsOf, uuidAt } from './driver/read.ts'
export { Remembered } from './driver/remembered.ts'
export { composeUserData, type Passage, type Payload } from './driver/user-data.ts'
export { UUID, WRITTEN_UUID } from './driver/uuid.ts'

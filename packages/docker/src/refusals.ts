import type { ErrorCode } from '@amphora/core'
import type { Step } from './errors.ts'

/** What an answer means that the status alone does not tell. */
export interface Refusal {
  readonly steps: readonly Step[]
  readonly status: readonly number[]
  /** The engine's own words, since it has no error codes. */
  readonly says: RegExp
  readonly code: ErrorCode
  /** Without the driver's name in front. */
  readonly reason: string
  /** For the tenant: the rule, and what to do. */
  readonly message: string
}

/**
 * The one place that decides on the engine's prose; the first row that fits holds. Many of these are mistakes in a
 * request which the engine answers with 500: none of them says anything of its health. Source: Engine 20.10.24, whose
 * answers are recorded in `test/fixtures/errors.json`.
 */
export const refusals: readonly Refusal[] = [
  {
    steps: ['create'],
    status: [404],
    says: /^no such image/i,
    code: 'not-found',
    reason: 'no-such-image',
    message: 'it does not have the image',
  },
  {
    steps: ['create'],
    status: [400],
    says: /invalid reference format/i,
    code: 'invalid-argument',
    reason: 'image-reference',
    message: 'imageId is no image reference',
  },
  {
    steps: ['create'],
    status: [409],
    says: /is already in use by container/i,
    code: 'already-exists',
    reason: 'name-taken',
    message: 'the name is taken',
  },
  {
    steps: ['create'],
    status: [400],
    says: /minimum memory limit|range of cpus/i,
    code: 'invalid-argument',
    reason: 'limits',
    message: 'the flavor is outside what its host allows: 6 MiB at least, and no more vcpus than the host has',
  },
  {
    steps: ['create'],
    status: [400, 500],
    says: /storage-opt|pquota/i,
    code: 'failed-precondition',
    reason: 'storage-quota',
    message: 'storageGiB needs overlay2 on xfs with project quotas',
  },
  {
    steps: ['create'],
    status: [400],
    says: /cannot be connected to network endpoints/i,
    code: 'failed-precondition',
    reason: 'several-networks',
    message: 'it takes one network at creation, although its API version says otherwise',
  },
  {
    steps: ['archive'],
    status: [500],
    says: /cannot overwrite (non-)?directory|not a directory/i,
    code: 'invalid-argument',
    reason: 'file-over-directory',
    message: 'a file would replace a directory of the image, or lie below a file',
  },
  {
    steps: ['archive'],
    status: [500],
    says: /no space left on device|disk quota exceeded/i,
    code: 'resource-exhausted',
    reason: 'no-space',
    message: 'there is no space left',
  },
  {
    steps: ['archive'],
    status: [500],
    says: /is marked read-only/i,
    code: 'failed-precondition',
    reason: 'read-only',
    message: 'its root is read-only',
  },
  {
    steps: ['archive'],
    status: [500],
    says: /error processing tar file/i,
    code: 'invalid-argument',
    reason: 'archive',
    message: 'it could not unpack the files',
  },
  {
    steps: ['create', 'connect', 'start'],
    status: [404],
    says: /network \S+ not found|no such network/i,
    code: 'not-found',
    reason: 'no-such-network',
    message: 'there is no such network; create it, or correct networkIds',
  },
  {
    steps: ['connect'],
    status: [403],
    says: /already exists in network/i,
    code: 'failed-precondition',
    reason: 'already-connected',
    message: 'it is connected to that network already',
  },
  {
    steps: ['connect', 'start'],
    status: [403],
    says: /address already in use/i,
    code: 'failed-precondition',
    reason: 'address-taken',
    message: 'the address is in use',
  },
  {
    steps: ['create', 'connect', 'start'],
    status: [403],
    says: /overlaps/i,
    code: 'failed-precondition',
    reason: 'subnet-overlap',
    message: 'its networks overlap',
  },
  {
    steps: ['connect', 'start'],
    status: [400, 500],
    says: /specified IP address is supported|invalid (ipv4 |ipv6 |ip )?address|no configured subnet/i,
    code: 'invalid-argument',
    reason: 'address',
    message: 'an address can be chosen on a network with a configured subnet only, and must lie in it',
  },
  {
    steps: ['connect', 'start'],
    status: [400],
    says: /host network|private \(none\) mode/i,
    code: 'invalid-argument',
    reason: 'network-mode',
    message: 'a container of ours can be on neither of the networks "host" and "none"',
  },
  {
    steps: ['connect', 'start'],
    status: [500],
    says: /no available IPv[46] addresses/i,
    code: 'resource-exhausted',
    reason: 'no-address',
    message: 'the network has no free address left',
  },
  {
    steps: ['disconnect'],
    status: [500],
    says: /is not connected to/i,
    code: 'failed-precondition',
    reason: 'not-connected',
    message: 'it is not connected to that network',
  },
  {
    steps: ['start'],
    status: [500],
    says: /task \S+ already exists|id already in use|with given ID already exists|failed to start shim.*file exists/i,
    code: 'conflict',
    reason: 'start-cut-off',
    message: 'the engine died while it started it, and cannot start it again',
  },
  {
    steps: ['start'],
    status: [500],
    says: /port is already allocated|address already in use/i,
    code: 'conflict',
    reason: 'port-taken',
    message: 'a port of its host is taken',
  },
  {
    steps: ['start'],
    status: [400, 500],
    says: /OCI runtime create failed.*(no such file|not found|permission denied|not a directory|exec format)|unable to find (user|group)|no command specified/i,
    code: 'invalid-argument',
    reason: 'entrypoint',
    message: 'the image cannot be run: its entrypoint or its user does not exist, or may not be run',
  },
  {
    steps: ['create', 'start', 'pull'],
    status: [500],
    says: /no space left on device|cannot allocate memory/i,
    code: 'resource-exhausted',
    reason: 'no-space',
    message: 'its host has no space or memory left',
  },
  {
    steps: ['start'],
    status: [409],
    says: /cannot start a paused container/i,
    code: 'failed-precondition',
    reason: 'paused',
    message: 'it runs, and is paused',
  },
  {
    steps: ['pause'],
    status: [409],
    says: /is already paused/i,
    code: 'failed-precondition',
    reason: 'already-paused',
    message: 'it is paused already',
  },
  {
    steps: ['pause'],
    status: [409],
    says: /is not running/i,
    code: 'failed-precondition',
    reason: 'not-running',
    message: 'it is not running',
  },
  {
    steps: ['unpause'],
    status: [500],
    says: /is not paused/i,
    code: 'failed-precondition',
    reason: 'not-paused',
    message: 'it is not paused',
  },
  {
    steps: ['remove'],
    status: [409],
    says: /removal of container \S+ is already in progress/i,
    code: 'conflict',
    reason: 'being-removed',
    message: 'another removal is under way',
  },
  {
    steps: ['remove'],
    status: [409],
    says: /cannot remove a (running|paused) container/i,
    code: 'failed-precondition',
    reason: 'running',
    message: 'it runs',
  },
  {
    steps: ['list'],
    status: [500],
    says: /no such container/i,
    code: 'conflict',
    reason: 'page-lost',
    message: 'the container that the last page ended with is gone',
  },
  {
    steps: ['pull'],
    status: [500],
    says: /toomanyrequests|rate limit/i,
    code: 'resource-exhausted',
    reason: 'registry-limit',
    message: 'the registry lets no more pulls through for now',
  },
  {
    steps: ['create', 'connect', 'disconnect', 'start'],
    status: [400, 500],
    says: /cannot unmarshal/i,
    code: 'invalid-argument',
    reason: 'malformed-request',
    message: 'it could not read the request, which is a defect of this driver',
  },
]

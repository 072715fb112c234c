import type { FakeResponse } from '@amphora/conformance/fake-server'
import { textAt } from '@amphora/fake-openstack'
import { bodyOf, demandState, demandUnlocked, theInstance, type Call, type Nova } from './call.ts'
import { demandSchema } from './checked.ts'
import type { FakeInstance } from './instance.ts'
import { forbidden, noInstance, refuse } from './refuse.ts'

const ACCEPTED: FakeResponse = { status: 202 }

/** An action that leads from some states to one. */
interface Transition {
  /** As its 409 calls it, and the log. */
  readonly verb: string
  readonly from: readonly string[]
  readonly during: string
  readonly to: Partial<Pick<FakeInstance, 'vmState' | 'powerState'>>
}

const transitions: Readonly<Record<string, Transition>> = {
  suspend: { verb: 'suspend', from: ['active'], during: 'suspending', to: { vmState: 'suspended' } },
  resume: { verb: 'resume', from: ['suspended'], during: 'resuming', to: { vmState: 'active' } },
  pause: { verb: 'pause', from: ['active'], during: 'pausing', to: { vmState: 'paused' } },
  unpause: { verb: 'unpause', from: ['paused'], during: 'unpausing', to: { vmState: 'active' } },
  'os-stop': {
    verb: 'stop',
    from: ['active', 'error'],
    during: 'powering-off',
    to: { vmState: 'stopped', powerState: 4 },
  },
  'os-start': { verb: 'start', from: ['stopped'], during: 'powering-on', to: { vmState: 'active', powerState: 1 } },
  reboot: { verb: 'reboot', from: ['active'], during: 'rebooting', to: { vmState: 'active' } },
}

/** `POST /servers/{id}/action`. */
export function act(nova: Nova, call: Call, id: string): FakeResponse {
  const body = bodyOf(call)
  const [name, ...others] = Object.keys(body)
  if (name === undefined || others.length > 0) throw refuse(400, 'Malformed request body')
  const transition = transitions[name]
  if (transition !== undefined) return transit(nova, call, id, name, transition)
  const special = specials[name]
  if (special === undefined) throw refuse(400, `There is no such action: ${name}`)
  return special(nova, call, theInstance(nova, call, id))
}

function transit(nova: Nova, call: Call, id: string, name: string, transition: Transition): FakeResponse {
  const byMapping = name === 'os-stop' || name === 'os-start'
  const instance = theInstance(nova, call, id, byMapping ? noMapping : noInstance)
  const { verb, from, during, to } = transition
  demandUnlocked(instance, call)
  demandState(instance, verb, from)
  nova.compute.transit(instance, during, to, nova.compute.record(instance, verb, call))
  return ACCEPTED
}

/** Some verbs look for the cell first, and say so. */
export function noMapping(id: string): Error {
  return refuse(404, `Instance ${id} has no mapping to a cell.`)
}

type Special = (nova: Nova, call: Call, instance: FakeInstance) => FakeResponse

const specials: Readonly<Record<string, Special>> = {
  lock: ({ compute }, call, instance) => {
    instance.lockedBy = call.identity.isAdmin ? 'admin' : 'owner'
    instance.lockedReason = textAt(bodyOf(call), 'lock', 'locked_reason') ?? null
    instance.updatedAt = compute.agenda.now()
    compute.finish(compute.record(instance, 'lock', call))
    return ACCEPTED
  },
  unlock: ({ compute }, call, instance) => {
    instance.lockedBy = undefined
    instance.lockedReason = null
    instance.updatedAt = compute.agenda.now()
    compute.finish(compute.record(instance, 'unlock', call))
    return ACCEPTED
  },
  'os-resetState': ({ compute }, call, instance) => {
    const body = bodyOf(call)
    if (!call.identity.isAdmin) throw forbidden('os_compute_api:os-admin-actions:reset_state')
    demandSchema(body, resetSchema)
    const vmState = textAt(body, 'os-resetState', 'state') ?? 'error'
    instance.pending?.[Symbol.dispose]()
    instance.set(compute.agenda.now(), { vmState, taskState: null })
    compute.finish(compute.record(instance, 'resetState', call))
    return ACCEPTED
  },
  forceDelete: ({ compute }, call, instance) => {
    demandUnlocked(instance, call)
    compute.delete(instance, call, 'force')
    return ACCEPTED
  },
  'os-getConsoleOutput': (_nova, call, instance) => {
    if (instance.host === undefined) throw refuse(409, `Instance ${instance.id} is not ready`)
    const lines = ['FAKE CONSOLE OUTPUT', 'ANOTHER', 'LAST LINE']
    const wanted = Number(textAt(bodyOf(call), 'os-getConsoleOutput', 'length') ?? lines.length)
    return { json: { output: lines.slice(-wanted).join('\n') } }
  },
}

const resetSchema = {
  type: 'object',
  properties: {
    'os-resetState': {
      type: 'object',
      properties: { state: { type: 'string', enum: ['active', 'error'] } },
      required: ['state'],
      additionalProperties: false,
    },
  },
  required: ['os-resetState'],
  additionalProperties: false,
} as const

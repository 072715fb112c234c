import type { DriverBinding, DriverFor, DriverVerb } from '@amphora/core'
import type { DriverCall, DriverLog } from './driver-log.ts'
import type { Witness } from './witness.ts'

const CALLS: readonly DriverVerb[] = [
  'build',
  'delete',
  'status',
  'getAmphora',
  'find',
  'check',
  'validate',
  'suspend',
  'resume',
  'attachNetworkOrPort',
  'detachPort',
  'createPlacementGroup',
  'deletePlacementGroup',
]
const STREAMS: readonly DriverVerb[] = ['list', 'watch']

/**
 * The same binding, whose driver is listened to where core calls it: on its public face, and nowhere behind that. What
 * core makes good for callers, such as a foreign error or a signal that nobody obeys, shows only here.
 */
export function observed(binding: DriverBinding, log: DriverLog, witness: Witness, where: string): DriverBinding {
  return {
    plugin: binding.plugin,
    settleMs: binding.settleMs,
    connect: (context) => {
      const driver = binding.connect(context)
      log.drivers.push(driver)
      return listenedTo(driver, { log, witness, where })
    },
  }
}

interface Ear {
  readonly log: DriverLog
  readonly witness: Witness
  readonly where: string
}

type AnyDriver = DriverFor<DriverBinding['plugin']['definition']['capabilities']>

function listenedTo(driver: AnyDriver, ear: Ear): AnyDriver {
  return new Proxy(driver, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      const invoke = (...args: readonly unknown[]): unknown => Reflect.apply(member, target, args)
      const call = CALLS.find((verb) => verb === key)
      if (call !== undefined) return (...args: readonly unknown[]) => heard(call, args, () => invoke(...args), ear)
      const stream = STREAMS.find((verb) => verb === key)
      if (stream !== undefined)
        return (...args: readonly unknown[]) => heardStream(stream, args, () => invoke(...args), ear)
      return invoke
    },
  })
}

type Mutable = { -readonly [K in keyof DriverCall]: DriverCall[K] } & { answers: unknown[] }

/** Enters the call, and gives back what to say once it has ended. */
function entered(
  verb: DriverVerb,
  args: readonly unknown[],
  { log, witness, where }: Ear,
): { call: Mutable; end: (error?: unknown) => void } {
  let settle: (() => void) | undefined
  const settled = new Promise<void>((resolve) => (settle = resolve))
  const call: Mutable = {
    verb,
    about: aboutOf(args),
    msAfterAbort: undefined,
    answers: [],
    settled,
  }
  const signal = signalOf(args)
  let abortedAt: number | undefined
  let ended = false
  const abort = (): void => void (abortedAt = performance.now())
  if (signal?.aborted === true) abort()
  else signal?.addEventListener('abort', abort, { once: true })
  log.add(call)
  return {
    call,
    end: (error) => {
      if (ended) return
      ended = true
      signal?.removeEventListener('abort', abort)
      if (abortedAt !== undefined) call.msAfterAbort = performance.now() - abortedAt
      if (error !== undefined) {
        call.error = error
        witness.error(`the driver's ${verb} (${where})`, error)
      }
      settle?.()
    },
  }
}

async function heard(verb: DriverVerb, args: readonly unknown[], invoke: () => unknown, ear: Ear): Promise<unknown> {
  const { call, end } = entered(verb, args, ear)
  try {
    const answer = await invoke()
    call.answers.push(answer)
    end()
    return answer
  } catch (error) {
    end(error)
    throw error
  }
}

async function* heardStream(
  verb: DriverVerb,
  args: readonly unknown[],
  invoke: () => unknown,
  ear: Ear,
): AsyncGenerator<unknown, void, void> {
  const { call, end } = entered(verb, args, ear)
  try {
    for await (const answer of iterable(invoke())) {
      call.answers.push(answer)
      yield answer
    }
    call.exhausted = true
    end()
  } catch (error) {
    end(error)
    throw error
  } finally {
    end()
  }
}

function iterable(value: unknown): AsyncIterable<unknown> {
  if (isIterable(value)) return value
  throw new TypeError('a stream is an async iterable')
}

export function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function aboutOf([first]: readonly unknown[]): string | undefined {
  if (typeof first === 'string') return first
  const { name }: { readonly name?: unknown } = typeof first === 'object' && first !== null ? first : {}
  return typeof name === 'string' ? name : undefined
}

function signalOf(args: readonly unknown[]): AbortSignal | undefined {
  const call = args.at(-1)
  if (typeof call !== 'object' || call === null || !('signal' in call)) return undefined
  const { signal } = call
  return signal instanceof AbortSignal ? signal : undefined
}

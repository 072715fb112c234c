import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FakeClock } from './clock.ts'
import { Exchange, targetOf } from './exchange.ts'
import type { Injections } from './injections.ts'
import { playFault } from './play-fault.ts'
import type { RequestLog } from './request-log.ts'
import type { FakeResponse } from './response.ts'
import type { MatchedRoute } from './route.ts'
import type { RouteTable } from './route-table.ts'
import { sendResponse } from './send-response.ts'
import type { Stage } from './stage.ts'

/** What every request of a server shares. */
export interface Workshop {
  readonly routes: RouteTable
  readonly log: RequestLog
  readonly injections: Injections
  readonly clock: FakeClock
  readonly latencyMs: number
  readonly maxBodyBytes: number
  readonly rewrite: (path: string) => string
  readonly closing: AbortSignal
  readonly reset: (request: IncomingMessage) => void
}

/** Read, log, wait, then play the fault or run the handler and answer. */
export async function serve(request: IncomingMessage, response: ServerResponse, shop: Workshop): Promise<void> {
  const { log, clock, closing } = shop
  const target = targetOf(request)
  const matched = shop.routes.match(request.method ?? '', shop.rewrite(target.path))
  const exchange = new Exchange(log.nextIndex, clock.now(), request, target, matched)
  const stage = setUp(request, response, exchange, matched, shop)
  log.open(exchange)
  response.once('close', () => {
    exchange.answered = response.writableFinished
    exchange.finishedAt = clock.now()
    exchange.status = response.headersSent ? response.statusCode : undefined
    if (!exchange.answered) exchange.leave()
    log.mark(exchange, 'finished')
  })
  try {
    const complete = await readBody(request, exchange, shop.maxBodyBytes)
    log.mark(exchange, 'arrived')
    if (!complete) return await refuseBody(stage, shop.maxBodyBytes)
    const fault = shop.injections.take(exchange)
    exchange.fault = fault?.kind
    const latencyMs = matched?.route.latencyMs ?? shop.latencyMs
    if (latencyMs > 0) await clock.sleep(latencyMs, closing)
    await (fault ? playFault(fault, stage) : sendResponse(await stage.act(), stage))
  } catch (error) {
    if (!closing.aborted && !exchange.signal.aborted) exchange.unexpected ??= `serving it failed: ${String(error)}`
    stage.reset()
  } finally {
    log.settle(exchange)
  }
}

function setUp(
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
  matched: MatchedRoute | undefined,
  { log, injections, clock, closing, reset }: Workshop,
): Stage {
  const pass = (): Promise<void> => {
    log.settle(exchange)
    return injections.beforeAnswer(exchange)
  }
  return {
    exchange,
    response,
    clock,
    closing,
    pass,
    reset: () => reset(request),
    act: async () => {
      const answer = await run(exchange, matched)
      if (!exchange.unexpected) log.mark(exchange, 'acted')
      await pass()
      return answer
    },
  }
}

async function run(exchange: Exchange, matched: MatchedRoute | undefined): Promise<FakeResponse> {
  if (!matched) return { status: 404, json: { message: exchange.unexpected } }
  try {
    return await matched.route.handler(exchange)
  } catch (error) {
    exchange.unexpected = `its handler threw: ${String(error)}`
    return { status: 500, json: { message: exchange.unexpected } }
  }
}

/** Reads to the end in any case, so that the client has no reason to fail while it still writes. */
async function readBody(request: IncomingMessage, exchange: Exchange, maxBytes: number): Promise<boolean> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length <= maxBytes) chunks.push(chunk)
  }
  exchange.body = Buffer.concat(chunks)
  return length <= maxBytes
}

async function refuseBody(stage: Stage, maxBytes: number): Promise<void> {
  stage.exchange.unexpected = `its body is longer than maxBodyBytes, ${maxBytes}`
  await stage.pass()
  await sendResponse({ status: 413, json: { message: stage.exchange.unexpected } }, stage)
}

import type { RequestFault } from './fault.ts'
import type { FakeResponse, ResponseHead } from './response.ts'
import { bytesOf, carriesBody, headersOf, sendHead, sendResponse, write } from './send-response.ts'
import type { Stage } from './stage.ts'

export async function playFault(fault: RequestFault, stage: Stage): Promise<void> {
  switch (fault.kind) {
    case 'reset-before':
      await stage.pass()
      return stage.reset()
    case 'lose-response':
      await stage.act()
      return stage.reset()
    case 'hang':
      return stage.pass()
    case 'hang-after':
      await stage.act()
      return
    case 'act-late':
      if (fault.connection !== 'hang') stage.reset()
      await stage.clock.sleep(fault.afterMs, stage.closing)
      await stage.act()
      return
    case 'status':
      await answerOf(fault.act === true, stage)
      return sendResponse(fault, stage)
    case 'redirect':
      await stage.pass()
      return sendResponse({ status: fault.status ?? 302, headers: { location: fault.to } }, stage)
    case 'malformed':
      return sendResponse(await falseSuccess(fault, stage, fault.text ?? '{"id":"cut off in mid-str'), stage)
    case 'empty':
      return sendResponse(await falseSuccess(fault, stage, ''), stage)
    case 'wrong-shape':
      return sendResponse(
        await falseSuccess(fault, stage, JSON.stringify(fault.json === undefined ? {} : fault.json)),
        stage,
      )
    case 'huge-body':
      return sendHuge(await falseSuccess(fault, stage, ''), fault.bytes ?? 200 * 1024 * 1024, stage)
    case 'cut-body':
      return cut(await answerOf(fault.act !== false, stage), stage)
    case 'slow-drip':
      return drip(await answerOf(fault.act !== false, stage), fault.everyMs ?? 100, stage)
    default:
      fault satisfies never
  }
}

async function answerOf(act: boolean, stage: Stage): Promise<FakeResponse> {
  if (act) return stage.act()
  await stage.pass()
  return {}
}

/** Keeps the handler's headers (a token may lie there), but for those that describe its body. */
async function falseSuccess(
  fault: { readonly act?: boolean; readonly status?: number },
  stage: Stage,
  text: string,
): Promise<ResponseHead & { readonly text: string }> {
  const answer = await answerOf(fault.act !== false, stage)
  const { status = 200 } = answer
  const success = status >= 200 && status < 300 && carriesBody(status)
  return {
    status: fault.status ?? (success ? status : 200),
    headers: { ...headersWithoutLength(answer), ...JSON_TYPE },
    text,
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

function headersWithoutLength(answer: ResponseHead): Record<string, string | string[]> {
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...rest } = headersOf(answer)
  return rest
}

/** The handler's own head and body, both made such that there is a body to hurt. */
async function ownAnswer(answer: FakeResponse): Promise<{ readonly head: ResponseHead; readonly body: Uint8Array }> {
  const status = carriesBody(answer.status) ? (answer.status ?? 200) : 200
  const headers = { ...JSON_TYPE, ...headersWithoutLength(answer) }
  const body = answer.stream ? await firstPiece(answer.stream) : bytesOf(answer)
  return {
    head: { status, headers },
    body: body.length > 1 ? body : Buffer.from('{"id":"a body for an answer without one"}'),
  }
}

async function firstPiece(stream: AsyncIterable<string | Uint8Array>): Promise<Uint8Array> {
  for await (const piece of stream) return Buffer.from(piece)
  return Buffer.alloc(0)
}

async function cut(answer: FakeResponse, stage: Stage): Promise<void> {
  const { head, body } = await ownAnswer(answer)
  sendHead(head, { 'content-length': body.length }, stage)
  await write(body.subarray(0, Math.floor(body.length / 2)), stage)
  stage.reset()
}

async function drip(answer: FakeResponse, everyMs: number, stage: Stage): Promise<void> {
  const { head, body } = await ownAnswer(answer)
  sendHead(head, {}, stage)
  for (let at = 0; await write(at < body.length ? body.subarray(at, at + 1) : ' ', stage); at += 1) {
    await stage.clock.sleep(everyMs, stage.exchange.signal)
  }
}

const OPENING = '{"padding":"'
const CLOSING = '"}'
const BLOCK = Buffer.alloc(64 * 1024, 'x')

async function sendHuge(head: ResponseHead, bytes: number, stage: Stage): Promise<void> {
  sendHead(head, {}, stage)
  let left = bytes - OPENING.length - CLOSING.length
  let there = await write(OPENING, stage)
  for (; there && left > 0; left -= BLOCK.length) {
    there = await write(left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK, stage)
  }
  if (there) stage.response.end(CLOSING)
}

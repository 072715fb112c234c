import * as v from 'valibot'
import { TestbedError } from '../testbed-error.ts'
import { dockerRequest, type DockerResponse } from './request.ts'

export interface DockerExecResult {
  readonly exitCode: number
  /** Exactly the bytes written, those to stderr left out. */
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** Runs a command in a running container and waits for its end. Rejects when the engine does not run it at all. */
export async function dockerExec(container: string, command: readonly string[]): Promise<DockerExecResult> {
  const made = await dockerRequest(`/containers/${encodeURIComponent(container)}/exec`, {
    method: 'POST',
    body: { Cmd: command, AttachStdout: true, AttachStderr: true },
  })
  const { Id: id } = v.parse(Made, expectStatus(made, 201).json())
  const body = { Detach: false, Tty: false }
  const output = expectStatus(await dockerRequest(`/exec/${id}/start`, { method: 'POST', body }), 200)
  const ended = expectStatus(await dockerRequest(`/exec/${id}/json`), 200)
  return { exitCode: v.parse(Ended, ended.json()).ExitCode, ...splitStreams(output.bytes) }
}

const Made = v.object({ Id: v.string() })
const Ended = v.object({ ExitCode: v.number() })

/**
 * Takes the engine's two interleaved streams apart. Each frame has a head of eight bytes: the stream's number, three
 * zeros and the length in four bytes, big-endian (Docker Engine API, "Attach to a container", stream format).
 */
export function splitStreams(bytes: Buffer): { readonly stdout: Buffer; readonly stderr: Buffer } {
  const parts: { 1: Buffer[]; 2: Buffer[] } = { 1: [], 2: [] }
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4)
    parts[bytes[at] === 2 ? 2 : 1].push(bytes.subarray(at + 8, at + 8 + length))
    at += 8 + length
  }
  return { stdout: Buffer.concat(parts[1]), stderr: Buffer.concat(parts[2]) }
}

function expectStatus(response: DockerResponse, status: number): DockerResponse {
  if (response.status === status) return response
  throw new TestbedError(
    `the engine could not run the command: ${response.status} ${response.text().trim().slice(0, 200)}`,
  )
}

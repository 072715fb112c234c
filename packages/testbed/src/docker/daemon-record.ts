import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as v from 'valibot'
import { processIdentity } from '../identity-record.ts'
import type { ProcessIdentity } from '../process-identity.ts'

/** The daemon that the testbed started: the only one that it may stop. */
export interface DaemonRecord {
  readonly process: ProcessIdentity
  readonly socketPath: string
  /** ISO 8601. */
  readonly startedAt: string
}

/** One file for the machine, because one machine runs one daemon. It survives the process that wrote it. */
const recordPath = '/var/run/amphora-testbed/docker.json'

const RecordText = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    process: processIdentity,
    socketPath: v.string(),
    startedAt: v.string(),
  }),
)

/** What is on record; `undefined` when nothing is, or when the file is damaged: then nothing may be stopped. */
export async function readRecord(path: string = recordPath): Promise<DaemonRecord | undefined> {
  try {
    return parseRecord(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Replaces the record in one step, so that no reader ever sees half of it. */
export async function writeRecord(record: DaemonRecord, path: string = recordPath): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`)
  await rename(`${path}.new`, path)
}

/** Forgets the daemon. */
export async function removeRecord(path: string = recordPath): Promise<void> {
  await rm(path, { force: true })
}

/** Reads a record's text; `undefined` unless every field is there and of its type. */
export function parseRecord(text: string): DaemonRecord | undefined {
  const result = v.safeParse(RecordText, text)
  return result.success ? result.output : undefined
}

import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { processIdentity } from '../identity-record.ts'
import { type ProcessIdentity, stillRuns } from '../process-identity.ts'
import type { ServiceName } from './services.ts'
import { putFile, type Site } from './site.ts'

/** A service that the testbed started: the only one that it may stop. */
export interface ServiceRecord {
  readonly process: ProcessIdentity
  /** Of the command and the configuration that it was started with. */
  readonly fingerprint: string
}

const RecordText = v.pipe(v.string(), v.parseJson(), v.object({ process: processIdentity, fingerprint: v.string() }))

/** What is on record of a service while it runs; `undefined` when it does not, or when the record is damaged. */
export async function runningService(site: Site, name: ServiceName): Promise<ServiceRecord | undefined> {
  const record = v.safeParse(RecordText, await readFile(pathOf(site, name), 'utf8').catch(() => undefined))
  if (!record.success) return undefined
  return (await stillRuns(record.output.process)) ? record.output : undefined
}

export async function writeServiceRecord(site: Site, name: ServiceName, record: ServiceRecord): Promise<void> {
  await putFile(site, `run/${name}.json`, `${JSON.stringify(record)}\n`)
}

export async function removeServiceRecord(site: Site, name: ServiceName): Promise<void> {
  await rm(pathOf(site, name), { force: true })
}

function pathOf(site: Site, name: ServiceName): string {
  return join(site.folder, 'run', `${name}.json`)
}

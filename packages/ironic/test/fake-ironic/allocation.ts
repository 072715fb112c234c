import type { JsonRecord } from '@amphora/fake-openstack'

/** What was asked for. */
export interface AllocationRequest {
  readonly uuid: string
  readonly name: string | null
  readonly resourceClass: string
  readonly traits: readonly string[]
  /** Uuids; empty: any. */
  readonly candidates: readonly string[]
  readonly extra: JsonRecord
  readonly owner: string | null
}

/** A reservation of the fake Ironic. */
export class FakeAllocation {
  readonly request: AllocationRequest
  readonly createdAt: number
  updatedAt: number | null = null
  state: 'allocating' | 'active' | 'error' = 'allocating'
  nodeUuid: string | null = null
  lastError: string | null = null

  constructor(request: AllocationRequest, now: number) {
    this.request = request
    this.createdAt = now
  }

  get uuid(): string {
    return this.request.uuid
  }
}

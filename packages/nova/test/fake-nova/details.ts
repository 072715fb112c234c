import { at, isRecord, listAt } from '@amphora/fake-openstack'
import { noMapping } from './actions.ts'
import { bodyOf, demandState, demandUnlocked, on, theInstance, type Call, type Nova } from './call.ts'
import { demandSchema } from './checked.ts'
import { metadata, tag } from './create-schema.ts'
import type { FakeInstance } from './instance.ts'
import { refuse } from './refuse.ts'

const SETTLED = ['active', 'paused', 'suspended', 'stopped']

/** `metadata` and `tags` of a server. */
export function addDetailRoutes(nova: Nova): void {
  addMetadataRoutes(nova)
  addTagRoutes(nova)
}

function addMetadataRoutes(nova: Nova): void {
  const { compute } = nova
  const found = (call: Call & { readonly request: { readonly params: { readonly id: string } } }): FakeInstance =>
    theInstance(nova, call, call.request.params.id)
  const change = (call: Call, instance: FakeInstance, verb: string, items: Readonly<Record<string, string>>): void => {
    demandUnlocked(instance, call)
    demandState(instance, verb, SETTLED, { anyTask: true })
    instance.metadata = items
    instance.updatedAt = compute.agenda.now()
  }

  on(nova, 'GET /v2.1/servers/{id}/metadata', (call) => ({ json: { metadata: found(call).metadata } }))
  on(nova, 'POST /v2.1/servers/{id}/metadata', (call) => {
    const items = itemsIn(call, 'metadata')
    const instance = found(call)
    change(call, instance, 'update metadata', { ...instance.metadata, ...items })
    return { json: { metadata: instance.metadata } }
  })
  on(nova, 'PUT /v2.1/servers/{id}/metadata', (call) => {
    const items = itemsIn(call, 'metadata')
    const instance = found(call)
    change(call, instance, 'update metadata', items)
    return { json: { metadata: instance.metadata } }
  })
  on(nova, 'GET /v2.1/servers/{id}/metadata/{key}', (call) => {
    const { key } = call.request.params
    const value = found(call).metadata[key]
    if (value === undefined) throw refuse(404, 'Metadata item was not found')
    return { json: { meta: { [key]: value } } }
  })
  on(nova, 'PUT /v2.1/servers/{id}/metadata/{key}', (call) => {
    const items = itemsIn(call, 'meta')
    if (!Object.hasOwn(items, call.request.params.key)) throw refuse(400, 'Request body and URI mismatch')
    const instance = found(call)
    change(call, instance, 'update metadata', { ...instance.metadata, ...items })
    return { json: { meta: items } }
  })
  on(nova, 'DELETE /v2.1/servers/{id}/metadata/{key}', (call) => {
    const instance = found(call)
    const { [call.request.params.key]: gone, ...rest } = instance.metadata
    if (gone === undefined) throw refuse(404, 'Metadata item was not found')
    change(call, instance, 'delete metadata', rest)
    return { status: 204 }
  })
}

function itemsIn(call: Call, key: 'metadata' | 'meta'): Readonly<Record<string, string>> {
  const body = bodyOf(call)
  demandSchema(body, {
    type: 'object',
    properties: { [key]: metadata },
    required: [key],
    additionalProperties: false,
  })
  const items = at(body, key)
  return isRecord(items) ? Object.fromEntries(Object.entries(items).map(([name, value]) => [name, String(value)])) : {}
}

function addTagRoutes(nova: Nova): void {
  const { compute, server } = nova
  const found = (call: Call & { readonly request: { readonly params: { readonly id: string } } }): FakeInstance => {
    if (call.version < 26) throw refuse(404, 'The resource could not be found.')
    return theInstance(nova, call, call.request.params.id, noMapping)
  }
  const change = (instance: FakeInstance, verb: string, tags: readonly string[]): void => {
    demandState(instance, verb, SETTLED, { anyTask: true })
    instance.tags = [...new Set(tags)].sort()
    instance.updatedAt = compute.agenda.now()
  }

  on(nova, 'GET /v2.1/servers/{id}/tags', (call) => ({ json: { tags: [...found(call).tags].sort() } }))
  on(nova, 'PUT /v2.1/servers/{id}/tags', (call) => {
    const body = bodyOf(call)
    demandSchema(body, {
      type: 'object',
      properties: { tags: { type: 'array', items: tag, maxItems: 50 } },
      required: ['tags'],
      additionalProperties: false,
    })
    const instance = found(call)
    change(instance, 'update tags', listAt(body, 'tags').map(String))
    return { json: { tags: instance.tags } }
  })
  on(nova, 'DELETE /v2.1/servers/{id}/tags', (call) => {
    change(found(call), 'delete tags', [])
    return { status: 204 }
  })
  on(nova, 'GET /v2.1/servers/{id}/tags/{tag}', (call) => {
    const { id, tag: wanted } = call.request.params
    if (!found(call).tags.includes(wanted)) throw refuse(404, `Server ${id} has no tag '${wanted}'`)
    return { status: 204 }
  })
  on(nova, 'PUT /v2.1/servers/{id}/tags/{tag}', (call) => {
    const { id, tag: wanted } = call.request.params
    const instance = found(call)
    const html = { 'content-type': 'text/html; charset=UTF-8' }
    if (instance.tags.includes(wanted)) return { status: 204, headers: html }
    if (instance.tags.length >= 50) throw refuse(400, 'The number of tags exceeded the per-server limit 50')
    change(instance, 'update tag', [...instance.tags, wanted])
    const location = `${server.url}/v2.1/servers/${id}/tags/${wanted}`
    return { status: 201, headers: { ...html, location } }
  })
  on(nova, 'DELETE /v2.1/servers/{id}/tags/{tag}', (call) => {
    const { id, tag: unwanted } = call.request.params
    const instance = found(call)
    if (!instance.tags.includes(unwanted)) throw refuse(404, `Instance ${id} has no tag '${unwanted}'`)
    const kept = instance.tags.filter((one) => one !== unwanted)
    change(instance, 'delete tag', kept)
    return { status: 204 }
  })
}

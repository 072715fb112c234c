import { setTimeout as sleep } from 'node:timers/promises'
import { at, isRecord, listAt, Recorder, textAt, type Recorded, type Recordings } from '@amphora/fake-openstack'

/** An Ironic to record. */
export interface IronicSite {
  /** Without a path: `http://127.0.0.1:6385`. */
  readonly origin: string
  /** Of an administrator; `undefined` where nobody asks. */
  readonly token: string | undefined
  /** Of a member of a project that has no node. */
  readonly strangersToken: string | undefined
  /** Milliseconds between two looks at what is waited for. */
  readonly pollMs: number
  /** Whether a machine whose power cannot be read is noticed: it takes ten seconds. */
  readonly syncsPower: boolean
}

/** What only an Ironic with `syncsPower` shows. */
export const ONLY_SYNCED: ReadonlySet<string> = new Set(['node-get-power-fault', 'deploy-in-maintenance-400'])

const NOSUCH = '11111111-1111-1111-1111-111111111111'
const NAMES = ['cap-1', 'cap-2', 'cap-3', 'cap-4'] as const
type Name = (typeof NAMES)[number]

/**
 * What Ironic answers to what drivers of machines ask: enrolment, reservations, deployments, power, locks, and every
 * refusal on the way; by name. Makes nodes `cap-1` to `cap-4` of the class `cap`, and takes them away again.
 */
export async function recordIronic(site: IronicSite): Promise<Recordings> {
  const recording = new Recording(site)
  await recording.clear()
  try {
    await recordSite(recording)
    await recordEnrolment(recording)
    await recordAllocations(recording)
    await recordChanges(recording)
    await recordPower(recording)
    await recordDeployments(recording)
    await recordFailures(recording)
    await recordLocks(recording)
  } finally {
    await recording.clear()
  }
  return Object.fromEntries(
    Object.entries(recording.ironic.kept).map(([name, exchange]) => {
      const { response } = exchange
      return [name, { ...exchange, response: { ...response, body: withoutNotes(response.body) } }]
    }),
  )
}

/** What a conductor notes for itself is nobody else's business. */
function withoutNotes(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutNotes)
  if (!isRecord(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, key === 'driver_internal_info' ? {} : withoutNotes(value)]),
  )
}

class Recording {
  readonly site: IronicSite
  readonly ironic: Recorder
  /** The uuid of `cap-1`. */
  first = ''

  constructor(site: IronicSite) {
    this.site = site
    this.ironic = new Recorder(site.origin, site.token, (version) => ({ 'X-OpenStack-Ironic-API-Version': version }))
  }

  ask(
    name: string | undefined,
    target: `${string} /${string}`,
    body?: unknown,
    options: { readonly version?: string | undefined; readonly note?: string } = {},
  ): Promise<Recorded> {
    const { version = '1.82', note } = options
    return this.ironic.send(name, target, {
      version,
      ...(body === undefined ? {} : { body }),
      ...(note === undefined ? {} : { note }),
    })
  }

  enrol(name: string | undefined, node: Name | 'cap-9', more: object = {}): Promise<Recorded> {
    return this.ask(name, 'POST /v1/nodes', {
      name: node,
      driver: 'fake-hardware',
      resource_class: 'cap',
      properties: { cpus: 4, memory_mb: 8192, local_gb: 50, cpu_arch: 'x86_64' },
      driver_info: {},
      ...more,
    })
  }

  provision(name: string | undefined, node: string, body: object, version?: string): Promise<Recorded> {
    return this.ask(name, `PUT /v1/nodes/${node}/states/provision`, body, { version })
  }

  power(name: string | undefined, node: string, target: string, more: object = {}): Promise<Recorded> {
    return this.ask(name, `PUT /v1/nodes/${node}/states/power`, { target, ...more })
  }

  /** Sets what of a node fails. */
  async fail(node: Name, driverInfo: object): Promise<void> {
    await this.rest(node)
    await this.ask(undefined, `PATCH /v1/nodes/${node}`, [{ op: 'replace', path: '/driver_info', value: driverInfo }])
  }

  async node(node: Name): Promise<unknown> {
    return (await this.ask(undefined, `GET /v1/nodes/${node}`)).body
  }

  /** Until it is in one of these states and nobody is at work on it. */
  async rest(node: Name, ...states: readonly string[]): Promise<void> {
    await this.until(
      async () => {
        const body = await this.node(node)
        const state = textAt(body, 'provision_state') ?? ''
        const isIdle = at(body, 'reservation') === null && at(body, 'target_power_state') === null
        return isIdle && (states.length === 0 || states.includes(state))
      },
      `${node} does not come to rest in ${states.join(' or ')}`,
    )
  }

  async until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
    for (let tries = 0; tries < 2_000; tries += 1) {
      if (await isSo()) return
      await sleep(this.site.pollMs)
    }
    throw new Error(otherwise)
  }

  /** Until Ironic has decided on a reservation. */
  decided(name: string): Promise<void> {
    return this.until(async () => {
      const { body } = await this.ask(undefined, `GET /v1/allocations/${name}`)
      return ['active', 'error'].includes(textAt(body, 'state') ?? '')
    }, `the allocation ${name} is not decided`)
  }

  async available(node: Name): Promise<void> {
    await this.provision(undefined, node, { target: 'manage' })
    await this.rest(node, 'manageable')
    await this.provision(undefined, node, { target: 'provide' })
    await this.rest(node, 'available')
  }

  async undeploy(node: Name): Promise<void> {
    await this.provision(undefined, node, { target: 'deleted' })
    await this.rest(node, 'available')
  }

  /** Takes away whatever an earlier recording left. */
  async clear(): Promise<void> {
    const { body } = await this.ask(undefined, 'GET /v1/nodes?fields=uuid,name')
    const there = new Set(listAt(body, 'nodes').map((node) => textAt(node, 'name')))
    for (const name of NAMES.filter((one) => there.has(one))) {
      await this.ask(undefined, `DELETE /v1/nodes/${name}/maintenance`)
      await this.rest(name)
      await this.fail(name, {})
      const state = textAt(await this.node(name), 'provision_state')
      if (state !== undefined && ['active', 'deploy failed', 'error'].includes(state)) await this.undeploy(name)
      await this.ask(undefined, `PUT /v1/nodes/${name}/maintenance`, { reason: 'removal' })
      await this.rest(name)
      await this.ask(undefined, `DELETE /v1/nodes/${name}`)
    }
    const all = await this.ask(undefined, 'GET /v1/allocations')
    for (const allocation of listAt(all.body, 'allocations')) {
      if (textAt(allocation, 'resource_class') !== 'cap' && textAt(allocation, 'resource_class') !== 'nosuch') continue
      await this.ask(undefined, `DELETE /v1/allocations/${textAt(allocation, 'uuid')}`)
    }
  }
}

async function recordSite(recording: Recording): Promise<void> {
  const { ironic, site } = recording
  await ironic.send('versions', 'GET /', { token: null })
  await ironic.send('v1-nomv', 'GET /v1/', { note: 'no version asked for: 1.1' })
  await recording.ask('v1', 'GET /v1/')
  await ironic.send('v1-notoken', 'GET /v1/', { token: null, headers: { 'X-OpenStack-Ironic-API-Version': '1.82' } })
  await recording.ask('microversion-unsupported-406', 'GET /v1/nodes', undefined, { version: '1.999' })
  await recording.ask('microversion-malformed-406', 'GET /v1/nodes', undefined, { version: 'abc' })
  await ironic.send('nodes-nomv', 'GET /v1/nodes')
  await recording.ask('drivers', 'GET /v1/drivers')
  await recording.ask('driver-404', 'GET /v1/drivers/nosuch')
  if (site.token === undefined || site.strangersToken === undefined) return
  const version = '1.82'
  await ironic.send('nodes-notoken-401', 'GET /v1/nodes', { token: null, version })
  await ironic.send('nodes-badtoken-401', 'GET /v1/nodes', { token: 'garbage', version })
  const token = site.strangersToken
  await ironic.send('nodes-stranger', 'GET /v1/nodes', { token, version, note: 'an empty list, and no refusal' })
  await ironic.send('node-create-stranger-403', 'POST /v1/nodes', { token, version, body: { driver: 'fake-hardware' } })
  const made = await ironic.send('allocation-create-stranger', 'POST /v1/allocations', {
    token,
    version,
    body: { resource_class: 'nosuch' },
    note: 'accepted; it ends in error',
  })
  const uuid = textAt(made.body, 'uuid') ?? ''
  await ironic.send('allocation-delete-stranger-204', `DELETE /v1/allocations/${uuid}`, { token, version })
}

async function recordEnrolment(recording: Recording): Promise<void> {
  const made = await recording.enrol('node-create', 'cap-1')
  recording.first = textAt(made.body, 'uuid') ?? ''
  const { first } = recording
  await recording.enrol('node-create-name-conflict-409', 'cap-1')
  await recording.enrol('node-create-bad-driver-400', 'cap-9', { driver: 'nosuch' })
  await recording.enrol('node-create-bad-field-400', 'cap-9', { bogus: 1 })
  await recording.enrol(undefined, 'cap-2')
  await recording.enrol(undefined, 'cap-3', { driver_info: { testbed_fail: 'deploy' } })
  const card = { node_uuid: first, address: '52:54:00:aa:00:01' }
  await recording.ask('port-create', 'POST /v1/ports', card)
  await recording.ask('port-create-conflict-409', 'POST /v1/ports', card)
  await recording.ask('node-ports-by-name-404', 'GET /v1/nodes/cap-1/ports', undefined, { note: 'by uuid it works' })
  await recording.ask('node-get-enroll', 'GET /v1/nodes/cap-1')
  await recording.ask('node-404', `GET /v1/nodes/${NOSUCH}`)
  await recording.ask('node-404-name', 'GET /v1/nodes/nosuch')
  await recording.provision('deploy-in-enroll-400', 'cap-1', { target: 'active' })
  await recording.provision('provision-bad-target-400', 'cap-1', { target: 'frobnicate' })
  await recording.provision('provision-404', NOSUCH, { target: 'active' })
  await recording.provision('manage-202', 'cap-1', { target: 'manage' })
  await recording.rest('cap-1', 'manageable')
  await recording.ask('node-get-manageable', 'GET /v1/nodes/cap-1')
  await recording.provision('deploy-in-manageable-400', 'cap-1', { target: 'active' })
  await recording.provision('provide-202', 'cap-1', { target: 'provide' })
  await recording.rest('cap-1', 'available')
  for (const name of ['cap-2', 'cap-3'] as const) await recording.available(name)
  await recording.ask('node-get-available', 'GET /v1/nodes/cap-1')
  await recording.ask('node-get-available-1.1-404', 'GET /v1/nodes/cap-1', undefined, { version: '1.1' })
  await recording.ask('nodes-list', 'GET /v1/nodes')
  await recording.ask('nodes-page', 'GET /v1/nodes?limit=1&fields=uuid,name')
  await recording.ask('nodes-page-associated', 'GET /v1/nodes?limit=1&associated=false&fields=uuid')
  await recording.ask('nodes-bad-marker-404', `GET /v1/nodes?marker=${NOSUCH}`)
  await recording.ask('nodes-bad-field-500', 'GET /v1/nodes?fields=uuid,nosuch')
  await recording.ask(
    'nodes-filter',
    'GET /v1/nodes?provision_state=available&resource_class=cap&associated=false&maintenance=false&fields=uuid,name',
  )
  await recording.ask('node-fields', 'GET /v1/nodes/cap-1?fields=uuid,provision_state,traits,instance_info,reservation')
  await recording.ask('traits-put-204', 'PUT /v1/nodes/cap-1/traits', { traits: ['CUSTOM_GPU', 'HW_CPU_X86_VMX'] })
  await recording.ask('traits-put-bad-400', 'PUT /v1/nodes/cap-1/traits', { traits: ['gpu'] })
  await recording.ask('trait-add-204', 'PUT /v1/nodes/cap-1/traits/CUSTOM_FAST')
  await recording.ask('traits-get', 'GET /v1/nodes/cap-1/traits')
  await recording.ask('validate', 'GET /v1/nodes/cap-1/validate')
  await recording.ask('validate-404', `GET /v1/nodes/${NOSUCH}/validate`)
}

async function recordAllocations(recording: Recording): Promise<void> {
  const { first } = recording
  const create = (name: string | undefined, body: object, version?: string): Promise<Recorded> =>
    recording.ask(name, 'POST /v1/allocations', body, { version })
  const uuid = 'a10ca710-0000-4000-8000-000000000001'
  await create('allocation-create-1.51-405', { resource_class: 'cap' }, '1.51')
  await recording.ask('allocations-1.51-404', 'GET /v1/allocations', undefined, { version: '1.51' })
  await create('allocation-create-201', {
    uuid,
    name: 'al-1',
    resource_class: 'cap',
    traits: ['CUSTOM_GPU'],
    extra: { k: 'v' },
  })
  await recording.decided('al-1')
  await recording.ask('allocation-get-active', 'GET /v1/allocations/al-1')
  await recording.ask('allocation-get-fields', `GET /v1/allocations/${uuid}?fields=uuid,state`)
  await create('allocation-create-name-conflict-409', { name: 'al-1', resource_class: 'cap' })
  await create('allocation-create-uuid-conflict-409', { uuid, resource_class: 'cap' })
  await recording.ask('node-get-allocated', 'GET /v1/nodes/cap-1')
  await recording.ask('nodes-by-instance', `GET /v1/nodes?instance_uuid=${uuid}&limit=1&fields=uuid,instance_uuid`)
  await recording.ask('nodes-by-no-instance', `GET /v1/nodes?instance_uuid=${NOSUCH}&limit=1&fields=uuid`)
  await recording.ask('node-allocation', 'GET /v1/nodes/cap-1/allocation')
  await recording.ask('node-no-allocation-404', 'GET /v1/nodes/cap-2/allocation')
  await recording.ask('allocations-active', 'GET /v1/allocations?state=active')
  await recording.ask('allocations-page', 'GET /v1/allocations?limit=1')
  await recording.ask('allocations-bad-marker-404', `GET /v1/allocations?marker=${NOSUCH}`)
  await create('allocation-create-nomatch-class', { name: 'al-x', resource_class: 'nosuch' })
  await recording.decided('al-x')
  await recording.ask('allocation-get-error-class', 'GET /v1/allocations/al-x')
  await create('allocation-create-nomatch-trait', { name: 'al-y', resource_class: 'cap', traits: ['CUSTOM_NOPE'] })
  await recording.decided('al-y')
  await recording.ask('allocation-get-error-trait', 'GET /v1/allocations/al-y')
  await create('allocation-create-taken', { name: 'al-z', resource_class: 'cap', candidate_nodes: [first] })
  await recording.decided('al-z')
  await recording.ask('allocation-get-error-taken', 'GET /v1/allocations/al-z')
  await create('allocation-create-bad-candidate-400', { resource_class: 'cap', candidate_nodes: [NOSUCH] })
  await create('allocation-create-no-class-400', { name: 'q' })
  await create('allocation-create-bad-trait-400', { resource_class: 'cap', traits: ['gpu'] })
  await create('allocation-create-bad-name-400', { resource_class: 'cap', name: 'a b' })
  await create('allocation-create-bad-uuid-400', { resource_class: 'cap', uuid: 'x' })
  await create('allocation-create-bad-field-400', { resource_class: 'cap', bogus: 1 })
  await recording.ask('allocation-delete-error-204', 'DELETE /v1/allocations/al-x')
  for (const name of ['al-y', 'al-z']) await recording.ask(undefined, `DELETE /v1/allocations/${name}`)
  await recording.ask('allocation-delete-404', 'DELETE /v1/allocations/al-x')
  await recording.ask('allocation-get-404', `GET /v1/allocations/${NOSUCH}`)
}

async function recordChanges(recording: Recording): Promise<void> {
  const change = (name: string, node: string, steps: readonly object[]): Promise<Recorded> =>
    recording.ask(name, `PATCH /v1/nodes/${node}`, steps)
  const image = 'http://127.0.0.1:80/img.raw'
  const info = { traits: ['CUSTOM_GPU'], image_source: image, root_gb: 10, amphora_x: { owner: 'o' } }
  await change('patch-instance-info', 'cap-1', [{ op: 'replace', path: '/instance_info', value: info }])
  await change('patch-mark', 'cap-1', [{ op: 'add', path: '/instance_info/amphora_x/suspended', value: true }])
  await change('patch-mark-elsewhere-400', 'cap-1', [{ op: 'add', path: '/instance_info/amphora_y/z', value: true }])
  await change('patch-two-marks', 'cap-1', [
    { op: 'remove', path: '/instance_info/amphora_x/suspended' },
    { op: 'add', path: '/instance_info/amphora_x/resumed', value: true },
  ])
  await change('patch-remove-missing-400', 'cap-1', [{ op: 'remove', path: '/instance_info/nosuch' }])
  await change('patch-test-400', 'cap-1', [{ op: 'test', path: '/name', value: 'cap-1' }])
  await change('patch-bad-path-400', 'cap-1', [{ op: 'add', path: '/bogus', value: 1 }])
  await change('patch-provision-state-400', 'cap-1', [{ op: 'replace', path: '/provision_state', value: 'active' }])
  await change('patch-404', NOSUCH, [{ op: 'add', path: '/extra/a', value: 1 }])
  const vif = { id: NOSUCH }
  await recording.ask('vif-attach-noop', 'POST /v1/nodes/cap-1/vifs', vif, { note: 'noop records nothing' })
  await recording.ask('vifs-list-noop', 'GET /v1/nodes/cap-1/vifs')
  await recording.ask('vif-detach-noop', `DELETE /v1/nodes/cap-1/vifs/${NOSUCH}`)
  await recording.ask('vif-attach-404', `POST /v1/nodes/${NOSUCH}/vifs`, vif)
}

async function recordPower(recording: Recording): Promise<void> {
  await recording.power('power-on-202', 'cap-1', 'power on')
  await recording.rest('cap-1')
  await recording.ask('states-on', 'GET /v1/nodes/cap-1/states')
  await recording.power('power-on-again-202', 'cap-1', 'power on')
  await recording.rest('cap-1')
  await recording.power('reboot-202', 'cap-1', 'rebooting')
  await recording.rest('cap-1')
  await recording.power('soft-power-off-202', 'cap-1', 'soft power off', { timeout: 5 })
  await recording.rest('cap-1')
  await recording.ask('states-soft-off', 'GET /v1/nodes/cap-1/states')
  await recording.power('power-off-202', 'cap-1', 'power off')
  await recording.rest('cap-1')
  await recording.power('power-bad-400', 'cap-1', 'frob')
  await recording.power('power-404', NOSUCH, 'power on')
}

async function recordDeployments(recording: Recording): Promise<void> {
  const configdrive = {
    meta_data: { hostname: 'vm1', uuid: NOSUCH },
    user_data: '#cloud-config\n{}\n',
    network_data: { links: [], networks: [], services: [] },
  }
  const active = { target: 'active' }
  await recording.provision('deploy-drive-1.55-400', 'cap-1', { ...active, configdrive }, '1.55')
  await recording.provision('deploy-drive-1.56-202', 'cap-1', { ...active, configdrive }, '1.56')
  await recording.rest('cap-1', 'active')
  await recording.ask('node-get-active', 'GET /v1/nodes/cap-1')
  await recording.provision('deploy-when-active-400', 'cap-1', active)
  await recording.provision('manage-when-active-400', 'cap-1', { target: 'manage' })
  await recording.ask('allocation-delete-active-409', 'DELETE /v1/allocations/al-1')
  await recording.ask('node-delete-active-409', 'DELETE /v1/nodes/cap-1')
  await recording.ask('patch-instance-when-active-409', 'PATCH /v1/nodes/cap-1', [
    { op: 'remove', path: '/instance_uuid' },
  ])
  await recording.power('power-off-active-202', 'cap-1', 'power off')
  await recording.rest('cap-1')
  await recording.ask('node-get-active-off', 'GET /v1/nodes/cap-1')
  await recording.provision('rebuild-202', 'cap-1', { target: 'rebuild' })
  await recording.rest('cap-1', 'active')
  await recording.ask(undefined, 'PATCH /v1/nodes/cap-1', [{ op: 'replace', path: '/protected', value: true }])
  await recording.provision('undeploy-protected-403', 'cap-1', { target: 'deleted' })
  await recording.rest('cap-1')
  await recording.ask(undefined, 'PATCH /v1/nodes/cap-1', [{ op: 'replace', path: '/protected', value: false }])
  await recording.provision('undeploy-202', 'cap-1', { target: 'deleted' })
  await recording.rest('cap-1', 'available')
  await recording.ask('node-get-after-undeploy', 'GET /v1/nodes/cap-1')
  await recording.ask('allocation-get-after-undeploy-404', 'GET /v1/allocations/al-1')
  await recording.provision('undeploy-available-400', 'cap-1', { target: 'deleted' })
}

async function recordFailures(recording: Recording): Promise<void> {
  const active = { target: 'active' }
  const deleted = { target: 'deleted' }
  await recording.provision('deploy-fail-202', 'cap-3', active)
  await recording.rest('cap-3', 'deploy failed')
  await recording.ask('node-get-deploy-failed', 'GET /v1/nodes/cap-3')
  await recording.provision('undeploy-after-fail-202', 'cap-3', deleted)
  await recording.rest('cap-3', 'available')
  await recording.fail('cap-3', { testbed_fail: 'tear_down' })
  await recording.provision(undefined, 'cap-3', active)
  await recording.rest('cap-3', 'active')
  await recording.provision('undeploy-fail-202', 'cap-3', deleted)
  await recording.rest('cap-3', 'error')
  await recording.ask('node-get-error', 'GET /v1/nodes/cap-3')
  await recording.fail('cap-3', { testbed_fail: 'power' })
  await recording.power('power-on-fail-202', 'cap-3', 'power on')
  await recording.rest('cap-3')
  await recording.ask('node-get-power-failed', 'GET /v1/nodes/cap-3')
  if (recording.site.syncsPower) {
    await recording.fail('cap-3', { testbed_fail: 'power_get' })
    await recording.until(async () => at(await recording.node('cap-3'), 'fault') !== null, 'no fault shows')
    await recording.ask('node-get-power-fault', 'GET /v1/nodes/cap-3')
    await recording.provision('deploy-in-maintenance-400', 'cap-3', { target: 'rebuild' })
    await recording.fail('cap-3', {})
    await recording.until(async () => at(await recording.node('cap-3'), 'fault') === null, 'the fault stays')
  } else await recording.fail('cap-3', {})
  await recording.rest('cap-3')
  await recording.ask('maintenance-set-202', 'PUT /v1/nodes/cap-3/maintenance', { reason: 'test' })
  await recording.power('power-in-maintenance-202', 'cap-3', 'power off')
  await recording.rest('cap-3')
  await recording.provision('rebuild-in-maintenance-400', 'cap-3', { target: 'rebuild' })
  await recording.provision('undeploy-in-maintenance-202', 'cap-3', deleted, undefined)
  await recording.rest('cap-3', 'available')
  await recording.ask('node-get-maintenance', 'GET /v1/nodes/cap-3')
  await recording.ask('maintenance-unset-202', 'DELETE /v1/nodes/cap-3/maintenance')
  await recording.enrol(undefined, 'cap-4', { driver_info: { testbed_fail: 'power_get' } })
  await recording.provision('manage-fail-202', 'cap-4', { target: 'manage' })
  await recording.rest('cap-4', 'enroll')
  await recording.ask('node-get-manage-failed', 'GET /v1/nodes/cap-4')
  await recording.ask('node-delete-204', 'DELETE /v1/nodes/cap-4')
  await recording.ask('node-delete-404', 'DELETE /v1/nodes/cap-4')
}

async function recordLocks(recording: Recording): Promise<void> {
  await recording.ask(undefined, 'POST /v1/allocations', {
    name: 'al-2',
    resource_class: 'cap',
    candidate_nodes: ['cap-2'],
  })
  await recording.decided('al-2')
  await recording.rest('cap-2')
  await recording.fail('cap-2', { testbed_delay: 1 })
  await recording.rest('cap-2')
  await recording.provision('deploy-slow-202', 'cap-2', { target: 'active' })
  await recording.until(
    async () => textAt(await recording.node('cap-2'), 'provision_state') === 'deploying',
    'no deploy',
  )
  await recording.ask('node-get-deploying', 'GET /v1/nodes/cap-2')
  await recording.ask('node-locked-patch-409', 'PATCH /v1/nodes/cap-2', [
    { op: 'add', path: '/instance_info/a', value: 'b' },
  ])
  await recording.power('node-locked-power-409', 'cap-2', 'power off')
  await recording.provision('node-locked-undeploy-409', 'cap-2', { target: 'deleted' })
  await recording.ask('node-locked-delete-409', 'DELETE /v1/nodes/cap-2')
  await recording.ask('node-locked-vif-409', 'POST /v1/nodes/cap-2/vifs', { id: NOSUCH })
  await recording.ask('allocation-delete-locked-409', 'DELETE /v1/allocations/al-2')
  await recording.rest('cap-2', 'active')
  await recording.provision(undefined, 'cap-2', { target: 'deleted' })
  await recording.until(
    async () => textAt(await recording.node('cap-2'), 'provision_state') === 'deleting',
    'no delete',
  )
  await recording.ask('node-get-deleting', 'GET /v1/nodes/cap-2')
  await recording.rest('cap-2', 'available')
  await recording.fail('cap-2', {})
  await recording.ask(undefined, 'POST /v1/allocations', {
    name: 'al-3',
    resource_class: 'cap',
    candidate_nodes: ['cap-2'],
  })
  await recording.decided('al-3')
  await recording.rest('cap-2')
  await recording.ask(undefined, 'PATCH /v1/nodes/cap-2', [{ op: 'add', path: '/instance_info/left', value: 'over' }])
  await recording.rest('cap-2')
  await recording.ask('allocation-delete-204', 'DELETE /v1/allocations/al-3')
  await recording.ask('node-get-after-allocation-delete', 'GET /v1/nodes/cap-2', undefined, {
    note: 'what was written on it is still there',
  })
}

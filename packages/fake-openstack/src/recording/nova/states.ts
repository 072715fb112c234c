import { NOSUCH, type NovaSession } from './session.ts'

/** The life of one server: what may be done in which state, and what is said where it may not. */
export async function recordStates(session: NovaSession, id: string): Promise<void> {
  await recordSuspend(session, id)
  await recordStop(session, id)
  await recordPause(session, id)
  await recordReset(session, id)
  await recordLock(session, id)
  await recordAbsent(session)
}

async function recordSuspend(session: NovaSession, id: string): Promise<void> {
  await session.act('resume-not-suspended-409', id, { resume: null })
  await session.act('start-active-409', id, { 'os-start': null })
  await session.act('unpause-active-409', id, { unpause: null })
  await session.act('action-unknown-400', id, { frobnicate: null })
  await session.act('action-two-400', id, { suspend: null, resume: null })
  await session.act('action-none-400', id, {})
  await session.act('suspend-202', id, { suspend: null })
  await session.get('get-suspending', `/servers/${id}`)
  await session.rest(id, 'SUSPENDED')
  await session.get('get-SUSPENDED', `/servers/${id}`)
  await session.act('suspend-suspended-409', id, { suspend: null })
  await session.act('pause-suspended-409', id, { pause: null })
  await session.act('stop-suspended-409', id, { 'os-stop': null })
  await session.nova.send('interface-attach-suspended-409', `POST /v2.1/servers/${id}/os-interface`, {
    version: '2.79',
    body: { interfaceAttachment: { net_id: session.site.networks.shared } },
  })
  await session.act('resume-202', id, { resume: null })
  await session.rest(id)
}

async function recordStop(session: NovaSession, id: string): Promise<void> {
  await session.act('stop-202', id, { 'os-stop': null })
  await session.rest(id, 'SHUTOFF')
  await session.get('get-SHUTOFF', `/servers/${id}`)
  await session.act('suspend-shutoff-409', id, { suspend: null })
  await session.act('stop-stopped-409', id, { 'os-stop': null })
  await session.act('start-202', id, { 'os-start': null })
  await session.rest(id)
}

async function recordPause(session: NovaSession, id: string): Promise<void> {
  await session.act('pause-202', id, { pause: null })
  await session.rest(id, 'PAUSED')
  await session.get('get-PAUSED', `/servers/${id}`)
  await session.act('resume-paused-409', id, { resume: null })
  await session.act('unpause-202', id, { unpause: null })
  await session.rest(id)
  await session.act('reboot-soft-202', id, { reboot: { type: 'SOFT' } })
  await session.rest(id)
  await session.act('reboot-hard-202', id, { reboot: { type: 'HARD' } })
  await session.rest(id)
  await session.act('console-output', id, { 'os-getConsoleOutput': { length: 10 } })
}

async function recordReset(session: NovaSession, id: string): Promise<void> {
  await session.act('resetstate-forbidden-403', id, { 'os-resetState': { state: 'error' } })
  await session.act('resetstate-bad-400', id, { 'os-resetState': { state: 'nosuch' } }, session.adminToken)
  await session.act('resetstate-error', id, { 'os-resetState': { state: 'error' } }, session.adminToken)
  await session.get('get-ERROR-by-reset', `/servers/${id}`)
  await session.act('suspend-error-409', id, { suspend: null })
  await session.act('resetstate-active', id, { 'os-resetState': { state: 'active' } }, session.adminToken)
}

async function recordLock(session: NovaSession, id: string): Promise<void> {
  const { nova } = session
  await session.act('lock-202', id, { lock: { locked_reason: 'because' } }, session.adminToken)
  await session.get('get-locked', `/servers/${id}`)
  await nova.send('delete-locked-409', `DELETE /v2.1/servers/${id}`, { version: '2.79' })
  await session.act('stop-locked-409', id, { 'os-stop': null })
  await session.act('suspend-locked-409', id, { suspend: null })
  await session.act('force-delete-locked-409', id, { forceDelete: null })
  await nova.send('interface-attach-locked-409', `POST /v2.1/servers/${id}/os-interface`, {
    version: '2.79',
    body: { interfaceAttachment: { net_id: session.site.networks.shared } },
  })
  await nova.send('interface-detach-locked-409', `DELETE /v2.1/servers/${id}/os-interface/${NOSUCH}`, {
    version: '2.79',
  })
  await session.act('unlock-202', id, { unlock: null }, session.adminToken)
}

async function recordAbsent(session: NovaSession): Promise<void> {
  await session.act('action-404', NOSUCH, { 'os-stop': null })
  await session.act('suspend-404', NOSUCH, { suspend: null })
  await session.act('resume-404', NOSUCH, { resume: null })
  await session.act('unpause-404', NOSUCH, { unpause: null })
  await session.act('lock-404', NOSUCH, { lock: null })
  await session.act('force-delete-404', NOSUCH, { forceDelete: null })
}

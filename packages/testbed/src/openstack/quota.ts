import type { Api } from './api.ts'

/** What Neutron counts; Nova counts everything else. */
const neutrons = new Set(['network', 'subnet', 'port', 'router', 'floatingip', 'security_group', 'security_group_rule'])

/** Sets limits of a project under the names that Nova and Neutron give them; `undefined` takes all its own away. */
export async function setQuota(
  admin: Api,
  projectId: string,
  limits: Readonly<Record<string, number>> | undefined,
): Promise<void> {
  const nova = `/os-quota-sets/${projectId}`
  const neutron = `/v2.0/quotas/${projectId}`
  if (limits === undefined) {
    await admin.call('nova', nova, { method: 'DELETE' })
    await admin.call('neutron', neutron, { method: 'DELETE', accept: [404] })
    return
  }
  const pick = (ofNeutron: boolean) =>
    Object.fromEntries(Object.entries(limits).filter(([name]) => neutrons.has(name) === ofNeutron))
  const [novas, others] = [pick(false), pick(true)]
  if (Object.keys(novas).length > 0) {
    await admin.call('nova', nova, { method: 'PUT', body: { quota_set: { ...novas, force: true } } })
  }
  if (Object.keys(others).length > 0) await admin.call('neutron', neutron, { method: 'PUT', body: { quota: others } })
}

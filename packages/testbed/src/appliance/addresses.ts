/** Where everything listens: fixed, so one machine runs one. All of it is on 127.0.0.1. */
export const applianceAddresses = {
  host: '127.0.0.1',
  /** TCP: Caddy's admin interface, with TLS on both sides. */
  caddyPort: 12_029,
  /** TCP: where tenants of Caddy may listen. Nothing listens there before a tenant does. */
  tenantPorts: { first: 12_100, last: 12_199 },
  /** UDP: snmpd. */
  snmpPort: 12_161,
} as const

/** The user of version 3, who may write; SHA-256 and AES. */
export const SNMP_USER = 'ops'

import type { DriverPlugin } from '@amphora/core'
import { hardwareDriver } from './hardware-driver.ts'
import type { HardwareOptions } from './options.ts'
import type { capabilities as a10L3vCapabilities } from './profiles/a10-l3v/capabilities.ts'
import { a10L3vProfile } from './profiles/a10-l3v/profile.ts'
import type { capabilities as alteonVxCapabilities } from './profiles/alteon-vx/capabilities.ts'
import { alteonVxProfile } from './profiles/alteon-vx/profile.ts'
import type { capabilities as caddyCapabilities } from './profiles/caddy/capabilities.ts'
import { caddyProfile } from './profiles/caddy/profile.ts'
import type { capabilities as f5osCapabilities } from './profiles/f5os/capabilities.ts'
import { f5osProfile } from './profiles/f5os/profile.ts'
import type { capabilities as netscalerSdxCapabilities } from './profiles/netscaler-sdx/capabilities.ts'
import { netscalerSdxProfile } from './profiles/netscaler-sdx/profile.ts'
import type { capabilities as bigipVcmpCapabilities } from './profiles/bigip-vcmp/capabilities.ts'
import { bigipVcmpProfile } from './profiles/bigip-vcmp/profile.ts'

/** L3V partitions of an A10 Thunder, over aXAPI v3. */
export const a10L3v: DriverPlugin<HardwareOptions, typeof a10L3vCapabilities> = hardwareDriver(a10L3vProfile)

/** A Radware Alteon ADC-VX: vADCs, spoken to over SNMP alone. */
export const alteonVx: DriverPlugin<HardwareOptions, typeof alteonVxCapabilities> = hardwareDriver(alteonVxProfile)

/** A Caddy as an appliance: a real balancer, spoken to over its admin interface. */
export const caddy: DriverPlugin<HardwareOptions, typeof caddyCapabilities> = hardwareDriver(caddyProfile)

/** Tenants of an F5 rSeries, or of a partition of a VELOS, over RESTCONF. */
export const f5os: DriverPlugin<HardwareOptions, typeof f5osCapabilities> = hardwareDriver(f5osProfile)

/** Instances of a NetScaler SDX, through the NITRO interface of its management service. */
export const netscalerSdx: DriverPlugin<HardwareOptions, typeof netscalerSdxCapabilities> =
  hardwareDriver(netscalerSdxProfile)

/** Guests of an F5 BIG-IP vCMP host, over iControl REST. */
export const bigipVcmp: DriverPlugin<HardwareOptions, typeof bigipVcmpCapabilities> = hardwareDriver(bigipVcmpProfile)

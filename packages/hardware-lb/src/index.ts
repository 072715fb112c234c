export { ApplianceError, evidence, inDoubt, verdictOf, type Verdict } from './errors.ts'
export { hardwareDriver } from './hardware-driver.ts'
export type {
  Inventory,
  InventoryAppliance,
  InventorySnmp,
  InventoryTls,
  SnmpIdentity,
  TrapReceiverOptions,
} from './inventory/inventory.ts'
export type { SecretReference } from './inventory/secret.ts'
export type { ApplianceSettings, ManagementPool } from './inventory/settings.ts'
export type { HardwareOptions } from './options.ts'
export { pick, type PickOptions } from './pick.ts'
export type { Appliance, Capacity, Identity } from './profile/appliance.ts'
export type { Dimension, GuestSize, HardwareCapabilities } from './profile/capabilities.ts'
export type { Created, Guest, GuestOrder } from './profile/guest.ts'
export type { ApplianceProfile, ProfileContext } from './profile/profile.ts'
export { a10L3v, alteonVx, bigipVcmp, caddy, f5os, netscalerSdx } from './plugins.ts'
export type { RestClient } from './rest/rest-client.ts'
export type { Explanation, Login, LoginRequest, Refusal, RestOptions, RestRequest, Token } from './rest/request.ts'
export { SnmpRefusal, type SnmpStatus } from './snmp/failures.ts'
export { textIndex, type GuestTable, type SnmpValue, type TableGuest } from './snmp/guest-table.ts'
export type { SnmpClient, SnmpRequest, SnmpRow, SnmpSet } from './snmp/snmp-client.ts'
export { snmpText } from './snmp/value.ts'
export { Turns } from './turns.ts'

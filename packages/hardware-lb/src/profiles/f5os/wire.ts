/**
 * A tenant as we write it (F5Networks/terraform-provider-f5os and f5-ansible-f5os, `f5os_tenant`; confidence:
 * vendor-code). Numbers are numbers here; `memory` comes back as a text.
 */
export interface WireTenant {
  readonly name: string
  readonly config: {
    readonly name: string
    readonly type: 'BIG-IP'
    readonly image: string
    readonly nodes: readonly number[]
    readonly 'mgmt-ip': string
    readonly 'prefix-length': number
    readonly gateway: string
    readonly vlans?: readonly number[]
    readonly cryptos: 'enabled' | 'disabled'
    readonly 'vcpu-cores-per-node': number
    readonly memory: number
    readonly storage?: { readonly size: number }
    readonly 'running-state': RunningState
  }
}

/** What is wanted of a tenant: nothing, a disk, or a running system. */
export type RunningState = 'configured' | 'provisioned' | 'deployed'

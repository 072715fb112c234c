/** An instance as we ask for it (terraform-provider-netscalersdx, `provision_vpx`; vendor-code). All numbers are texts. */
export interface WireInstance {
  /** No key: two instances may have the same. */
  readonly name: string
  /** Up to 512 characters. */
  readonly description: string
  readonly ip_address: string
  readonly ipv4_address: string
  readonly netmask: string
  readonly gateway: string
  /** 0 is IPv4. */
  readonly config_type: '0'
  readonly image_name: string
  readonly profile_name: string
  readonly license: string
  readonly number_of_cores?: string
  readonly vm_memory_total?: string
  readonly throughput?: string
  readonly number_of_ssl_cores?: string
  readonly network_interfaces?: readonly WireInterface[]
}

interface WireInterface {
  readonly port_name: string
  readonly receiveuntagged: 'false'
  /** Ascending, or the SDX shows another order than was asked for. */
  readonly vlan_whitelist_array: readonly string[]
}

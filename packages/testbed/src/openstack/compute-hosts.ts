/** A host that runs servers, or says so. */
export interface ComputeHost {
  readonly host: string
  /** Its availability zone. Nobody lands in a zone other than `nova` without asking for it. */
  readonly zone: string
  /** The host with its driver, as nova_compute.py reads it. */
  readonly spec: string
}

const fakes: readonly ComputeHost[] = [
  { host: 'compute1', zone: 'nova', spec: 'compute1' },
  { host: 'compute2', zone: 'nova', spec: 'compute2' },
  // 2 vCPU, 8,192 MB: m1.large never fits, and of m1.small five do.
  { host: 'small1', zone: 'small', spec: 'small1:fake.SmallFakeDriver' },
  // Every build ends in ERROR with a fault.
  { host: 'abort1', zone: 'abort', spec: 'abort1:fake.FakeBuildAbortDriver' },
]

/** Runs real guests by qemu. */
const real: ComputeHost = { host: 'libvirt1', zone: 'libvirt', spec: 'libvirt1:libvirt.LibvirtDriver' }

export function computeHosts({ hypervisor }: { readonly hypervisor: boolean }): readonly ComputeHost[] {
  return hypervisor ? [...fakes, real] : fakes
}

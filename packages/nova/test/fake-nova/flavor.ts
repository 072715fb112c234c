import { uuidOf } from '@amphora/fake-openstack'

export interface FakeFlavor {
  readonly id: string
  readonly name: string
  readonly vcpus: number
  /** MiB. */
  readonly ram: number
  /** GiB. */
  readonly disk: number
  readonly isDisabled: boolean
  readonly extraSpecs: Readonly<Record<string, string>>
}

export type NewFlavor = Pick<FakeFlavor, 'name' | 'vcpus' | 'ram' | 'disk'> & Partial<FakeFlavor>

export function flavor(from: NewFlavor): FakeFlavor {
  return { id: uuidOf(`flavor ${from.name}`), isDisabled: false, extraSpecs: {}, ...from }
}

export const usualFlavors: readonly NewFlavor[] = [
  { name: 'm1.tiny', vcpus: 1, ram: 512, disk: 1 },
  { name: 'm1.small', vcpus: 1, ram: 2048, disk: 20 },
  { name: 'm1.large', vcpus: 8, ram: 8192, disk: 80 },
  { name: 'm1.impossible', vcpus: 4096, ram: 16_000_000, disk: 1 },
]

import { Option, type Command } from 'commander'
import type { AmphoraType } from '@amphora/core'
import { FLAVOR_RULE } from './flavor-argument.ts'
import { AMPHORA_TYPES } from './request-schema.ts'

/** What `build` and `validate` are told of a request. */
export interface RequestFlags {
  readonly request?: string
  readonly driver?: string
  readonly name?: string
  readonly type?: AmphoraType
  readonly flavor?: string
  readonly image?: string
  readonly keyFile?: readonly string[]
  readonly secGroup?: readonly string[]
  readonly network?: readonly string[]
  readonly port?: readonly string[]
  readonly file?: readonly string[]
  readonly userData?: string
  readonly placementGroup?: string
  readonly zone?: string
}

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value]

/** Adds the flags that make up a request. */
export function addRequestFlags(command: Command): Command {
  return command
    .option('--request <file>', 'a whole request in YAML or JSON, or -; the flags below go before what it says')
    .option('--driver <name>', 'the binding; needed where several build the type')
    .option('--name <name>', 'unique on its binding; repeating the same request under it is safe')
    .addOption(
      new Option('--type <type>', 'default: VM, or the one type that the drivers build').choices(AMPHORA_TYPES),
    )
    .option('--flavor <flavor>', FLAVOR_RULE)
    .option('--image <id>', 'the image')
    .option('--key-file <file>', 'SSH public keys, one a line; repeatable', collect)
    .option('--sec-group <id>', 'a security group; repeatable', collect)
    .option('--network <id>', 'a network, attached in this order; repeatable', collect)
    .option('--port <id>', 'a port; repeatable', collect)
    .option('--file <path=file>', 'a file for the amphora from a file here, or -; up to 5', collect)
    .option('--user-data <file>', 'user data from a file, or -')
    .option('--placement-group <id>', 'a placement group of the same binding')
    .option('--zone <name>', 'the availability zone')
}

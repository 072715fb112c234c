import { registry } from '@amphora/core'
import { noop } from './plugin.ts'

registry.register(noop)

import { registry } from '@amphora/core'
import { ironic } from './plugin.ts'

registry.register(ironic)

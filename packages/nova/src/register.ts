import { registry } from '@amphora/core'
import { nova } from './plugin.ts'

registry.register(nova)

import { registry } from '@amphora/core'
import { docker } from './plugin.ts'

registry.register(docker)

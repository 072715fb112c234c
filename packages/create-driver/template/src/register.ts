import { registry } from '@amphora/core'
import { __name__ } from './plugin.ts'

registry.register(__name__)

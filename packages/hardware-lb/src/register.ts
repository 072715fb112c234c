import { registry } from '@amphora/core'
import { a10L3v, alteonVx, bigipVcmp, caddy, f5os, netscalerSdx } from './plugins.ts'

for (const plugin of [a10L3v, alteonVx, bigipVcmp, caddy, f5os, netscalerSdx]) registry.register(plugin)

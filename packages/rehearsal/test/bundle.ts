import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { build, transform, type Plugin as EsbuildPlugin } from 'esbuild'
import { rollup, type Plugin as RollupPlugin } from 'rollup'

interface Bundle {
  readonly entry: string
  /** Where `program.mjs` is written, and whatever else the bundler makes beside it. */
  readonly folder: string
  readonly minify?: boolean
  /** Leaves all that is not ours out of the bundle. */
  readonly oursOnly?: boolean
}

export type Bundler = (bundle: Bundle) => Promise<void>

/** Tree shaking is on in both. */
export const bundlers: Readonly<Record<'esbuild' | 'rollup', Bundler>> = { esbuild: byEsbuild, rollup: byRollup }

const oursOrNear = /^[./]|^@amphora\//

async function byEsbuild({ entry, folder, minify = false, oursOnly = false }: Bundle): Promise<void> {
  const leaveOut: EsbuildPlugin = {
    name: 'leave out what is not ours',
    setup: (making) => {
      making.onResolve({ filter: /./ }, ({ path }) => (oursOrNear.test(path) ? undefined : { path, external: true }))
    },
  }
  await build({
    entryPoints: [entry],
    outfile: join(folder, 'program.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    minify,
    plugins: oursOnly ? [leaveOut] : [],
    logLevel: 'silent',
  })
}

/** It has no minifier of its own; esbuild's is the one that renames most. */
async function byRollup({ entry, folder, minify = false, oursOnly = false }: Bundle): Promise<void> {
  const minifier: RollupPlugin = {
    name: 'minify',
    renderChunk: async (code) => (await transform(code, { minify: true, format: 'esm' })).code,
  }
  const made = await rollup({
    input: entry,
    external: (id) => isBuiltin(id) || (oursOnly && !oursOrNear.test(id)),
    plugins: [nodeResolve({ exportConditions: ['node'] }), ...(minify ? [minifier] : [])],
    onLog: (level, log) => {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
    },
  })
  try {
    await made.write({ dir: folder, format: 'es', entryFileNames: 'program.mjs', chunkFileNames: '[name].mjs' })
  } finally {
    await made.close()
  }
}

import type { ViteUserConfig } from 'vitest/config'

/** The defects on which the conformance kit is tried. Each run of it mostly waits, so several go on at once. */
const config: ViteUserConfig = {
  ssr: { resolve: { conditions: ['@amphora/source'] } },
  test: {
    include: ['test/mutants/**/*.test.ts'],
    maxWorkers: 4,
    reporters: ['default', ['json', { outputFile: 'test-results/mutants.json' }]],
  },
}
export default config

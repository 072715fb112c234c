import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  ssr: { resolve: { conditions: ['@amphora/source'] } },
  test: {
    include: ['test/e2e/**/*.e2e.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'test-results/e2e.json' }]],
  },
}
export default config

import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  ssr: { resolve: { conditions: ['@amphora/source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.e2e.test.ts'],
    // The kit waits for most of its time.
    maxConcurrency: 16,
    reporters: ['default', ['json', { outputFile: 'test-results/unit.json' }]],
  },
}
export default config

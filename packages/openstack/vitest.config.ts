import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  ssr: { resolve: { conditions: ['@amphora/source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.e2e.test.ts'],
    // A thousand requests on real sockets, on a machine that others use too.
    testTimeout: 30_000,
    reporters: ['default', ['json', { outputFile: 'test-results/unit.json' }]],
  },
}
export default config

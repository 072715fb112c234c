import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  ssr: { resolve: { conditions: ['@amphora/source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.e2e.test.ts'],
    // Loading the driver and its fakes anew for every file would cost more than the tests do.
    isolate: false,
    // The kit waits for most of its time.
    maxConcurrency: 16,
    // Real sockets on a machine that may be busy with others.
    testTimeout: 30_000,
    reporters: ['default', ['json', { outputFile: 'test-results/unit.json' }]],
  },
}
export default config

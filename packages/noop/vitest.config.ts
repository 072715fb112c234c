import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  ssr: { resolve: { conditions: ['@amphora/source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.e2e.test.ts', 'test/mutants/**'],
    reporters: ['default', ['json', { outputFile: 'test-results/unit.json' }]],
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text'],
      thresholds: { lines: 95, branches: 95 },
    },
  },
}
export default config

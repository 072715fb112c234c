import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  ssr: { resolve: { conditions: ['@amphora/source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.e2e.test.ts'],
    // Drivers are looked for by Node itself, as in a user's folder, and are to be found unbuilt.
    execArgv: ['--conditions=@amphora/source'],
    reporters: ['default', ['json', { outputFile: 'test-results/unit.json' }]],
    coverage: {
      include: ['src/**/*.ts'],
      // What only a process of its own can show is shown by the end-to-end tests.
      exclude: ['**/*.test.ts', 'src/main.ts', 'src/host.ts', 'src/index.ts'],
      reporter: ['text'],
      thresholds: { lines: 95, branches: 88 },
    },
  },
}
export default config

import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['keelson-source'] },
  ssr: { resolve: { conditions: ['keelson-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/programs/**'],
    testTimeout: 20_000,
  },
});

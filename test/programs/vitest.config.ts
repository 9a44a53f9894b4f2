import { defineConfig } from 'vitest/config';

/** Real programs, run from what we generate for them: slower than unit tests, and one at a time. */
export default defineConfig({
  root: `${import.meta.dirname}/../..`,
  resolve: { conditions: ['keelson-source'] },
  ssr: { resolve: { conditions: ['keelson-source'] } },
  test: {
    include: ['test/programs/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});

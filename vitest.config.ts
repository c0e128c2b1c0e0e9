import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/**
 * unit: pure code, milliseconds, no processes. client: Vue in happy-dom. integration: real PostgreSQL
 * (and Redis when REDIS_URL is set), one throw-away cluster for the whole run. faults: the built product, killed and
 * starved at full size; minutes, not part of `npm test`.
 */
export default defineConfig({
  test: {
    // By default one core is left to the runner, which on a machine of two leaves one to the tests.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          // One load of what the files have in common: two thirds of the run were spent on loading it again.
          isolate: false,
          environment: 'node',
          include: [
            'shared/src/**/*.test.ts',
            'eslint/**/*.test.ts',
            'e2e/{support,faults/harness}/**/*.test.ts',
          ],
        },
      },
      {
        plugins: [vue()],
        // Only workplace/client names its own folder by "@/".
        resolve: { alias: { '@/': new URL('workplace/client/src/', import.meta.url).pathname } },
        test: {
          name: 'client',
          environment: 'happy-dom',
          include: ['{miniapps/*,admin-console,workplace/client}/src/**/*.test.ts'],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'integration',
          environment: 'node',
          include: [
            '{server,sandbox,sandbox/launcher}/{src,test}/**/*.test.ts',
            'workplace/{api,contracts,test}/**/*.test.ts',
          ],
          globalSetup: ['sandbox/launcher/src/vitest-global-setup.ts'],
          // One load of the server for all files of a worker: a fifth of the run was spent on loading it again.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'faults',
          environment: 'node',
          include: ['e2e/faults/**/*.fault.ts'],
          globalSetup: ['e2e/faults/global-setup.ts'],
          // Each has the machine to itself: what is measured here are seconds.
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startStack } from '@kangbao/launcher/stack.ts'

/** One stack for all journeys that leave the clock alone; its addresses go to the workers by the environment. */
export default async function setup(): Promise<() => Promise<void>> {
  // KANGBAO_URLS given: a stack that runs already, for work on one journey.
  if (process.env['KANGBAO_URLS']) return () => Promise.resolve()
  const dataDir = mkdtempSync(join(tmpdir(), 'kangbao-e2e-'))
  const stack = await startStack({ dataDir, hasClockControl: true, isDurable: false, isBuilding: false })
  process.env['KANGBAO_URLS'] = JSON.stringify(stack.urls)
  process.env['KANGBAO_SETUP_TOKEN'] = stack.secrets.setupToken
  return async () => {
    await stack.stop()
    if (!process.env['KEEP_E2E_DATA']) rmSync(dataDir, { recursive: true, force: true })
  }
}

import { pino } from 'pino'
import type { Deps } from '../deps.ts'
import { openDatabase } from '../db/database.ts'
import { replayErasures } from '../features/erasures/index.ts'
import { keyRing } from '../keys/key-ring.ts'
import { keyVault } from '../keys/key-vault.ts'
import { masterKeys, type BackupConfig } from './config.ts'
import { serverDatabase, targetOf } from './databases.ts'

/**
 * Erases again who was erased after the backup was made.
 * @throws Error when one could not be: nobody may be let in then.
 */
export async function eraseAgain(
  config: BackupConfig,
  { clock, erasures }: Pick<Deps, 'clock' | 'erasures'>,
): Promise<void> {
  const database = openDatabase(targetOf(config, serverDatabase).url, { maxConnections: 2 })
  const keys = [...masterKeys(config)].map(([id, key]) => `${id}:${key.toString('base64')}`)
  try {
    const vault = keyVault({ ring: keyRing({ MASTER_KEYS: keys.join(',') }), database })
    const { failed } = await replayErasures({ database, vault, clock, erasures, log: pino() })
    if (failed > 0) throw new Error(`${failed} erasures could not be replayed`)
  } finally {
    await database.close()
  }
}

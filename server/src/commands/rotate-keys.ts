import { loadKeyConfig } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { keyRing } from '../keys/key-ring.ts'
import { keyVault } from '../keys/key-vault.ts'
import { neededKeys } from '../keys/needed-keys.ts'
import { rotateKeys, type RotationProgress } from '../keys/rotation.ts'
import { lastRotation } from '../keys/rotation.system.ts'

/**
 * Changes all keys while the product runs (S-34). With `--status` only says which master keys are needed and whether a
 * change is under way. Every line it prints is JSON.
 */
const config = loadKeyConfig()
const ring = keyRing(config)
const database = openDatabase(config.DATABASE_URL, { maxConnections: 4 })
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

/** At most one line a second, and each new step. */
function reporter() {
  let last = { step: '', at: 0 }
  return (progress: RotationProgress) => {
    const at = performance.now()
    if (progress.step === last.step && at - last.at < 1_000) return
    last = { step: progress.step, at }
    say(progress)
  }
}

try {
  const keys = await neededKeys(database.pool, ring)
  if (process.argv.includes('--status')) {
    const last = await database.inSystem(lastRotation)
    say({ ...keys, wraps: ring.first().id, isUnderWay: last !== null && last.finishedAt === null })
  } else if (keys.missing.length > 0) {
    say({ error: 'the key ring lacks master keys', missing: keys.missing })
    process.exitCode = 2
  } else {
    await rotateKeys({ database, ring, vault: keyVault({ ring, database }), onProgress: reporter() })
    const { needed } = await neededKeys(database.pool, ring)
    say({ step: 'needed', needed })
  }
} finally {
  await database.close()
}

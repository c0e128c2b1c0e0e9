import { loadAuditConfig } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { verifyLogs } from '../features/audit-log/index.ts'
import { keyRing } from '../keys/key-ring.ts'
import { keyVault } from '../keys/key-vault.ts'

/**
 * Follows the chains of all audit logs, or with an org's id of one, and compares them with their anchors (S-46). Exit
 * code 0 when everything is whole, 1 when something is broken, 2 when it could not be verified.
 */
const say = (text: string) => process.stdout.write(`${text}\n`)
const [orgId = null] = process.argv.slice(2)

try {
  const config = loadAuditConfig()
  const database = openDatabase(config.DATABASE_URL, { maxConnections: 4 })
  try {
    const parts = { config, database, vault: keyVault({ ring: keyRing(config), database }) }
    let [logs, links, broken] = [0, 0, 0]
    for await (const verdict of verifyLogs(parts, orgId)) {
      logs += 1
      links += verdict.links
      if (verdict.fault === null) continue
      broken += 1
      const { kind, seq, rowId } = verdict.fault
      say(`✗ ${verdict.log}  ${kind}${seq === null ? '' : `  #${seq}`}${rowId === null ? '' : `  ${rowId}`}`)
    }
    say(
      broken === 0
        ? `✓ ${logs} 份日志、${links} 条记录完整。  ${logs} logs with ${links} entries are whole.`
        : `✗ ${logs} 份日志中 ${broken} 份不完整。  ${broken} of ${logs} logs are not whole.`,
    )
    process.exitCode = broken === 0 ? 0 : 1
  } finally {
    await database.close()
  }
} catch (error) {
  say(`无法校验。  Not verified: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 2
}

import { sql } from 'drizzle-orm'
import type { Deps } from '../../deps.ts'
import { smsSuspicion } from '../../metrics.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import { lastHour } from './sms-codes.system.ts'
import { hourMs, looksPumped } from './sms-limits.ts'

const action = 'sms.pumping'

/** Tells whoever runs the installation when codes are sent and hardly ever used (S-18): at most once an hour. */
export async function watchSms({ database, clock, log }: Deps): Promise<void> {
  const now = clock.now()
  const told = await database.inSystem(async (system) => {
    const counts = await lastHour(system, now)
    const isSuspicious = looksPumped(counts)
    smsSuspicion.set(isSuspicious ? 1 : 0)
    if (!isSuspicious) return null
    const { rows } = await system.tx.execute(sql`
      select 1 from system_audit_log where action = ${action} and at > ${new Date(now - hourMs).toISOString()}`)
    if (rows.length > 0) return null
    await noteSystem(system, { action, at: now, detail: counts })
    return counts
  })
  if (told) log.error(told, 'SMS codes are sent and hardly used: somebody may be earning by them')
}

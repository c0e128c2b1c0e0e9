import { sql } from 'drizzle-orm'
import { addSeconds } from '../clock.ts'
import type { Suite } from '../config.ts'
import { randomToken } from '../crypto/secrets.ts'
import type { Deps } from '../deps.ts'
import { registerTemplates } from '../platform/templates.ts'
import { emit } from './emit.ts'
import { ownerBeforeCreation, post } from './post.ts'

const ticketLifeSeconds = 5 * 3600

/** Makes the suite known; asks its callback URL to prove itself until it has (a suite may start later than we do). */
export async function registerSuite(deps: Deps, suite: Suite): Promise<void> {
  await deps.db.run(sql`insert into suites (suite_id) values (${suite.suiteId}) on conflict do nothing`)
  await registerTemplates(deps, suite)
}

export async function checkUrl(deps: Deps, suite: Suite): Promise<boolean> {
  // What opens a connection has proved itself.
  if (suite.pushStyle === 'stream') return deps.streams.has(suite.suiteId)
  const row = await deps.db.one<{ url_checked: string | null }>(
    sql`select url_checked from suites where suite_id = ${suite.suiteId}`,
  )
  if (row?.url_checked === suite.callbackUrl) return true
  const { message, isNew } = checkOf(suite, row?.url_checked ?? null)
  try {
    await post(deps, suite, message, { isNew })
  } catch {
    return false
  }
  await deps.db.run(
    sql`update suites set url_checked = ${suite.callbackUrl} where suite_id = ${suite.suiteId}`,
  )
  return true
}

/** Apps of long ago are asked to prove a new address and a changed one by two events, newer ones by one for both. */
function checkOf(suite: Suite, before: string | null): { message: Record<string, unknown>; isNew: boolean } {
  if (suite.pushStyle !== 'legacy') return { message: { EventType: 'check_url' }, isNew: false }
  const Random = randomToken(6)
  if (before !== null)
    return {
      message: { EventType: 'check_update_suite_url', Random, TestSuiteKey: suite.suiteKey },
      isNew: false,
    }
  return {
    message: { EventType: 'check_create_suite_url', Random, TestSuiteKey: ownerBeforeCreation },
    isNew: true,
  }
}

/** A new ticket ends the old one. */
export async function rotateTicket(deps: Deps, suite: Suite): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await tx.run(sql`update suites set ticket = ${randomToken(24)}, ticket_at = ${deps.clock.now()}
      where suite_id = ${suite.suiteId}`)
    await emitTicket(tx, deps, suite)
  })
}

/** When it is five hours old by the clock. The row lock lets one process of several do it. */
export async function rotateTicketWhenDue(deps: Deps, suite: Suite): Promise<void> {
  const due = addSeconds(deps.clock.now(), -ticketLifeSeconds)
  await deps.db.transaction(async (tx) => {
    const changed = await tx.run(sql`
      update suites set ticket = ${randomToken(24)}, ticket_at = ${deps.clock.now()}
      where suite_id = ${suite.suiteId} and (ticket is null or ticket_at <= ${due})`)
    if (changed > 0) await emitTicket(tx, deps, suite)
  })
}

/** The present ticket once more, for a suite that may have lost it. */
export const repeatTicket = (deps: Deps, suite: Suite): Promise<void> =>
  deps.db.transaction((tx) => emitTicket(tx, deps, suite))

const emitTicket: (tx: Parameters<typeof emit>[0], deps: Deps, suite: Suite) => Promise<void> = (
  tx,
  deps,
  suite,
) =>
  emit(tx, deps, {
    suite,
    orgId: null,
    bizType: 2,
    bizId: suite.suiteId,
    action: 'suite_ticket',
    data: {},
  })

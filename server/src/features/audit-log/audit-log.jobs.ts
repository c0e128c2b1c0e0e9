import { noteSystem } from '../../db/system-audit.system.ts'
import { defineTick, type JobContext } from '../../jobs/define-job.ts'
import { anchorFiles } from './anchor-files.ts'
import { anchorKey, headText, readAnchor } from './anchor.ts'
import { installationLog, sweepDue, type LogScope } from './chain.repo.ts'
import { chainWaiting, cutSweptLinks } from './chainer.ts'
import { sealSpan, spanDue } from './ledger.ts'
import { allHeads, allOrgIds, undigestedOrgs, waitingLogs } from './logs.system.ts'
import { anchorMail } from './anchor-mail.ts'

const logsAtOnce = 500
const orgsAtOnce = 100
const sweptAtOnce = 5_000
const dayMs = 86_400_000

function inLog<T>(ctx: JobContext, orgId: string | null, work: (scope: LogScope) => Promise<T>): Promise<T> {
  return orgId === null ? ctx.deps.database.inSystem(work) : ctx.inOrg(orgId, work)
}

/** Links what was written in the last seconds, and notes outside the database how far the chains reach now. */
export async function chainAll(ctx: JobContext): Promise<void> {
  const { database, vault, config, clock } = ctx.deps
  const heads: Record<string, string> = {}
  for (const orgId of await database.inSystem((system) => waitingLogs(system, logsAtOnce))) {
    const head = await inLog(ctx, orgId, (scope) => chainWaiting(scope, vault))
    if (head) heads[orgId ?? installationLog] = headText(head)
  }
  if (Object.keys(heads).length > 0)
    await anchorFiles(config.DATA_DIR).note(
      await anchorKey(vault),
      new Date(clock.now()).toISOString(),
      heads,
    )
}

export const chainTick = defineTick({ name: 'audit-log.chain', everyMs: 5_000, run: chainAll })

/** Seals the filings of days that are over, org by org. */
export async function sealFilings(ctx: JobContext): Promise<void> {
  const now = ctx.deps.clock.now()
  const orgs = await ctx.deps.database.inSystem((system) => undigestedOrgs(system, now - dayMs, orgsAtOnce))
  for (const { id, timeZone, digestedUntil } of orgs) {
    const span = spanDue(now, timeZone, digestedUntil)
    if (span) await ctx.inOrg(id, (scope) => sealSpan(scope, span, now))
  }
}

export const sealTick = defineTick({ name: 'audit-log.seal', everyMs: 300_000, run: sealFilings })

/** Once a day: the heads of all chains into the file of anchors, and by mail to whoever is named. */
export async function anchorDay(ctx: JobContext): Promise<void> {
  const { database, vault, config, clock } = ctx.deps
  const files = anchorFiles(config.DATA_DIR)
  const key = await anchorKey(vault)
  const at = new Date(clock.now()).toISOString()
  const last = (await files.dailyLines()).at(-1)
  const isDone = last !== undefined && readAnchor(key, last)?.at.slice(0, 10) === at.slice(0, 10)
  if (!isDone) {
    await chainAll(ctx)
    const { hash } = await files.anchor(key, at, await allHeads(database))
    await database.inSystem((system) =>
      noteSystem(system, { action: 'audit.anchored', object: `anchor:${hash}`, at: clock.now(), detail: {} }),
    )
  }
  await ship(ctx)
}

/** Sends the last anchor where the database cannot reach; tried again at the next look when the mail server is away. */
async function ship({ deps: { config, mail, vault }, log }: JobContext): Promise<void> {
  const { AUDIT_ANCHOR_MAIL: to, SMTP_URL: server } = config
  if (!to || !server) return
  const files = anchorFiles(config.DATA_DIR)
  const line = (await files.dailyLines()).at(-1)
  if (line === undefined) return
  const message = anchorMail(await anchorKey(vault), line)
  if ((await files.lastShipped()) === message.hash) return
  try {
    await mail.send({ to, subject: message.subject, text: message.text })
    await files.markShipped(message.hash)
  } catch (error) {
    log.warn({ err: error }, 'the anchor of the audit logs was not sent; trying again')
  }
}

export const anchorTick = defineTick({ name: 'audit-log.anchor', everyMs: 600_000, run: anchorDay })

/** Lets go of what is older than it must be kept. */
export async function sweepLogs(ctx: JobContext): Promise<void> {
  const { database, clock, vault } = ctx.deps
  for (const orgId of [null, ...(await database.inSystem(allOrgIds))]) {
    const gone = await inLog(ctx, orgId, (scope) => sweepDue(scope, sweptAtOnce, clock.now()))
    if (gone > 0) await inLog(ctx, orgId, (scope) => cutSweptLinks(scope, vault))
  }
}

export const sweepTick = defineTick({ name: 'audit-log.sweep', everyMs: 6 * 3_600_000, run: sweepLogs })

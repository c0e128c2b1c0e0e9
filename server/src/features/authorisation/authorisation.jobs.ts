import { Type } from 'typebox'
import { AppId } from '@kangbao/shared/contracts/sessions.ts'
import { defineJob, defineTick, exponential, type JobContext } from '../../jobs/define-job.ts'
import { emitSystem, systemOrgId } from '../../jobs/outbox.repo.ts'
import { WorkplaceRefused } from '../../ports/workplace.ts'
import * as authorisation from './authorisation.service.ts'
import { forgetReceived } from './callback.system.ts'

const CorpId = Type.String({ minLength: 1, maxLength: 128 })
/** A removal that overtook a later authorisation is put right by reading once more. */
const confirmAfterMs = 30_000
const inboxDays = 8

/**
 * Makes ours what the platform says of an app in an org: made, changed, stopped, removed. The hint is only what has
 * to be done before the platform can be asked: someone who removes the app is left alone at once (Z-21).
 */
export const refreshAuthorisation = defineJob({
  name: 'authorisation.refresh',
  queue: 'default',
  data: Type.Object({
    app: AppId,
    corpId: CorpId,
    hint: Type.Union([Type.Literal('read'), Type.Literal('removed'), Type.Literal('stopped')]),
  }),
  retryAfterMs: exponential(1_000, 600_000),
  async run({ app, corpId, hint }, ctx) {
    if (hint === 'read') return authorisation.read({ app, corpId }, ctx)
    await authorisation.withdraw({ app, corpId }, hint, ctx)
    await confirmLater({ app, corpId }, ctx)
  },
})

function confirmLater({ app, corpId }: { app: AppId; corpId: string }, { deps }: JobContext): Promise<void> {
  const now = deps.clock.now()
  return deps.database.inSystem((system) =>
    emitSystem(
      system,
      refreshAuthorisation,
      { app, corpId, hint: 'read' },
      { now, notBefore: now + confirmAfterMs, dedupKey: `${app} ${corpId} confirm` },
    ),
  )
}

/** Legacy push: the temporary code is redeemed and the suite activated within seconds, then read as any other. */
export const activateSuite = defineJob({
  name: 'authorisation.activate',
  queue: 'default',
  data: Type.Object({ app: AppId, corpId: CorpId, sealedCode: Type.String() }),
  retryAfterMs: exponential(500, 60_000),
  async run({ app, corpId, sealedCode }, ctx) {
    const place = { orgId: systemOrgId, table: 'outbox', column: 'payload', row: `${app} ${corpId}` }
    const code = await ctx.deps.vault.open(place, Buffer.from(sealedCode, 'base64'))
    try {
      await ctx.deps.workplace.activate(app, code)
    } catch (error) {
      if (!(error instanceof WorkplaceRefused)) throw error
      // Redeemed by an earlier run of this job, or too late: what stands now is read below either way.
      ctx.log.warn({ app, refusal: error.code }, 'temporary code refused')
    }
    await authorisation.read({ app, corpId }, ctx)
  },
})

export const sweepTick = defineTick({
  name: 'authorisation.sweep',
  everyMs: 3_600_000,
  run: ({ deps }) =>
    deps.database.inSystem((system) => forgetReceived(system, deps.clock.now() - inboxDays * 86_400_000)),
})

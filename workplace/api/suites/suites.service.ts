import { sql } from 'drizzle-orm'
import type { SuiteFacts, SuiteSecrets } from '../../contracts/suites.ts'
import { randomDigits, randomHex, randomLetters, randomToken } from '../crypto/secrets.ts'
import type { Queries } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { OperatorCtx } from '../http/context.ts'
import { recordAct } from '../operator/acts.ts'
import type { OperatorAction } from '../../contracts/operator-access.ts'
import { registerSuite } from '../pushes/tickets.ts'
import * as repo from './registered.repo.ts'

/** A suite as the operator enters it. Everything it may prove itself by is made here and told once. */
export async function register(ctx: OperatorCtx, given: SuiteFacts): Promise<SuiteSecrets> {
  const facts = fit(given)
  const suiteId = `3${randomDigits(8)}`
  const suiteKey = `suite${randomHex(10)}`
  const sealed: repo.SealedPart = {
    appId: Number(`7${randomDigits(6)}`),
    suiteSecret: randomToken(36),
    callbackToken: randomLetters(24),
    // The last of 43 base64 characters carries four bits of nothing; zeros keep every decoder content.
    callbackAesKey: `${randomLetters(42)}A`,
    ssoSecret: randomToken(36),
  }
  await changing(ctx, 'suite.registered', facts.name, (tx) =>
    repo.save(tx, ctx.deps, { suiteId, suiteKey, facts, sealed }),
  )
  const suite = ctx.deps.config.suites.find((one) => one.suiteId === suiteId)
  if (suite) await registerSuite(ctx.deps, suite)
  const { suiteSecret, callbackToken, callbackAesKey } = sealed
  return { suiteId, suiteKey, suiteSecret, callbackToken, callbackAesKey }
}

export async function facts({ deps }: OperatorCtx, suiteId: string): Promise<SuiteFacts> {
  return deps.db.transaction(async (tx) => (await repo.byId(tx, suiteId)).facts)
}

export async function change(ctx: OperatorCtx, suiteId: string, given: SuiteFacts): Promise<{ done: true }> {
  const wanted = fit(given)
  return changing(ctx, 'suite.changed', wanted.name, async (tx) => {
    const row = await repo.byId(tx, suiteId)
    const sealed = repo.sealedPart(ctx.deps, row)
    await repo.save(tx, ctx.deps, { suiteId, suiteKey: row.suite_key, facts: wanted, sealed })
  })
}

/** Whoever holds the old secret, or a token it got, is out at once. */
export async function rotateSecret(ctx: OperatorCtx, suiteId: string): Promise<{ suiteSecret: string }> {
  const suiteSecret = randomToken(36)
  await changing(ctx, 'suite.secret-rotated', suiteId, async (tx) => {
    const row = await repo.byId(tx, suiteId)
    const sealed = { ...repo.sealedPart(ctx.deps, row), suiteSecret }
    await repo.save(tx, ctx.deps, { suiteId, suiteKey: row.suite_key, facts: row.facts, sealed })
    await tx.run(sql`delete from open_tokens where suite_id = ${suiteId}`)
  })
  return { suiteSecret }
}

export async function setState(
  ctx: OperatorCtx,
  suiteId: string,
  state: 'active' | 'stopped',
): Promise<{ done: true }> {
  return changing(ctx, state === 'stopped' ? 'suite.stopped' : 'suite.started', suiteId, async (tx) => {
    await repo.byId(tx, suiteId)
    await tx.run(sql`update registered_suites set state = ${state} where suite_id = ${suiteId}`)
  })
}

/** The change with its act; then every process reads the list anew, this one before it answers. */
async function changing(
  ctx: OperatorCtx,
  action: OperatorAction,
  subject: string,
  work: (tx: Queries) => Promise<void>,
): Promise<{ done: true }> {
  await ctx.deps.db.transaction(async (tx) => {
    await work(tx)
    await recordAct(tx, ctx, { action, subject })
    await tx.run(sql`select pg_notify(${repo.suitesChannel}, '')`)
  })
  await repo.loadSuites(ctx.deps)
  return { done: true }
}

/** Trims, and refuses addresses nobody could call. */
function fit(given: SuiteFacts): SuiteFacts {
  const trimmed = {
    ...given,
    name: given.name.trim(),
    developer: given.developer.trim(),
    description: given.description.trim(),
    icon: given.icon.trim(),
    callbackUrl: given.callbackUrl.trim(),
    homeUrl: given.homeUrl.trim(),
    pcHomeUrl: given.pcHomeUrl.trim(),
  }
  requireAddress('homeUrl', trimmed.homeUrl, false)
  // What opens a connection to us is not called.
  requireAddress('callbackUrl', trimmed.callbackUrl, trimmed.pushStyle === 'stream')
  requireAddress('pcHomeUrl', trimmed.pcHomeUrl, true)
  requireAddress('icon', trimmed.icon, true)
  return trimmed
}

function requireAddress(item: string, text: string, mayBeBlank: boolean): void {
  if (text === '' && mayBeBlank) return
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw new AppError('suite.address', { item })
}

import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { subjectOf, type CallParts } from '@kangbao/shared/audit/subject.ts'
import { idempotencyHeader, replayedHeader, type Contract } from '@kangbao/shared/contracts/contract.ts'
import { newId } from '../db/ids.ts'
import { underClaim } from '../db/repeat-trail.ts'
import { claim, keepAnswer, letGo, type Claim, type Standing } from '../db/repeats.repo.ts'
import { AppError } from '../errors.ts'
import type { SealedPlace } from '../ports/vault.ts'
import { asMember, type MemberContext, type RequestContext } from './context.ts'

/** So long one waits for the answer of the same act before it is told to come back; and so often it looks, less and less. */
const patienceMs = 3_000
const firstLookMs = 40
const longestLookMs = 400

type Input = Omit<CallParts, 'response'>

/**
 * Does an act once for each key of a caller (R-07, ADR 27): the same act again gets the same answer, another act under
 * the same key is refused, and of several at once one is done while the others wait for its answer. Acts that fail have
 * changed nothing and are judged anew.
 * @throws AppError `idempotency-key.reused`, `idempotency-key.busy`, `idempotency-key.answer-lost`.
 */
export async function onceOnly<T>(
  contract: Contract,
  input: Input,
  ctx: RequestContext,
  work: () => Promise<T>,
): Promise<T> {
  const key = contract.repeatable ? ctx.request.headers[idempotencyHeader] : undefined
  if (typeof key !== 'string' || ctx.caller?.kind !== 'member') return work()
  const member = asMember(ctx)
  const mine = await claimOf(contract, input, member, key)
  const standing = await stand(member, mine)
  if (standing.state === 'ours') return perform(member, mine, work)
  if (standing.state !== 'answered') throw refusalOf(standing.state)
  ctx.reply.header(replayedHeader, 'true')
  return JSON.parse(await ctx.deps.vault.open(placeOf(mine), standing.answer)) as T // what `perform` kept
}

async function claimOf(
  contract: Contract,
  input: Input,
  { deps, orgId, memberId }: MemberContext,
  key: string,
): Promise<Claim> {
  const { method, path, audit } = contract
  const act = createHash('sha256')
    .update(JSON.stringify([method, path, inOrder(input)]))
    .digest('hex')
  const [keyHash, fingerprint] = await Promise.all([
    deps.vault.lookupHash(orgId, 'idempotency-key', key),
    deps.vault.lookupHash(orgId, 'idempotency-act', act),
  ])
  const people = audit.kind === 'changes' ? subjectOf(audit, { ...input, response: undefined }).people : []
  return { orgId, memberId, keyHash: keyHash.toString('hex'), claimId: newId(), fingerprint, people }
}

/** The same whatever order the sender wrote the fields in. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [name, inOrder(part)])
}

/** Waits a little for somebody who is at it. */
async function stand({ deps, inOrg }: MemberContext, mine: Claim): Promise<Standing> {
  const until = performance.now() + patienceMs
  for (let lookMs = firstLookMs; ; lookMs = Math.min(2 * lookMs, longestLookMs)) {
    const standing = await inOrg((scope) => claim(scope, mine, deps.clock.now()))
    if (standing.state !== 'busy' || performance.now() > until) return standing
    await pause(lookMs)
  }
}

async function perform<T>({ deps, inOrg }: MemberContext, mine: Claim, work: () => Promise<T>): Promise<T> {
  let result: T
  try {
    result = await underClaim(mine, work)
  } catch (error) {
    // What cannot be let go of now is free again in a minute.
    await inOrg((scope) => letGo(scope, mine)).catch(() => undefined)
    throw error
  }
  const answer = await deps.vault.seal(placeOf(mine), JSON.stringify(result))
  await inOrg((scope) => keepAnswer(scope, mine, answer, deps.clock.now()))
  return result
}

function placeOf({ orgId, memberId, keyHash }: Claim): SealedPlace {
  return { orgId, table: 'repeats', column: 'answer', row: `${memberId}/${keyHash}` }
}

function refusalOf(state: 'reused' | 'busy' | 'lost'): AppError {
  if (state === 'lost') return new AppError('idempotency-key.answer-lost')
  return state === 'reused'
    ? new AppError('idempotency-key.reused')
    : new AppError('idempotency-key.busy', { retryAfterS: 2 })
}

import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Locale } from '@kangbao/shared/locale.ts'
import { systemOrgId } from '../../db/ids.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { RequestContext } from '../../http/context.ts'
import { localeOf } from '../../http/locale.ts'
import { phoneHashOf } from '../../keys/phone-hashes.ts'
import { smsCodes } from '../../metrics.ts'
import * as codes from './sms-codes.system.ts'

export const resendAfterS = 60
const digits = 6
const prefixDigits = 7
const challengeBytes = 24
/** Of the whole installation: a mail costs nothing, but whoever is written to did not ask us to. */
const mailedCodesPerHour = 2_000

export interface CodeRequest {
  readonly purpose: codes.CodePurpose
  readonly phone: string
  /** Who asks, and alone may use the code: a challenge only he was told, or his session. */
  readonly asker: string
  readonly orgId: string | null
  readonly isKnown: boolean
  readonly ip: string
  readonly locale: Locale
}

/** A value that goes back to who asked for a code, and comes with it. */
export function newChallenge(): string {
  return randomBytes(challengeBytes).toString('base64url')
}

interface CodeSent {
  readonly challenge: string
  readonly resendAfterS: number
}

/**
 * Sends a code by SMS that only whoever asks for it now can use.
 * @throws AppError `sms-code.too-many`.
 */
export async function sendWithChallenge(
  { deps, request }: RequestContext,
  wanted: Pick<CodeRequest, 'purpose' | 'phone' | 'orgId' | 'isKnown'>,
): Promise<CodeSent> {
  const challenge = newChallenge()
  await send(deps, { ...wanted, asker: challenge, ip: request.ip, locale: localeOf(request) })
  return { challenge, resendAfterS }
}

/**
 * Sends a code by SMS. The carrier is called after the answer: how long it takes, and whether it was called at all,
 * tells nobody which phones are known (S-19).
 * @throws AppError `sms-code.too-many`.
 */
export async function send(deps: Deps, request: CodeRequest): Promise<void> {
  const { phone, purpose, locale } = request
  const { id, code, isSent } = await file(deps, request, phone, 'sms')
  smsCodes.inc({ purpose, outcome: isSent ? 'sent' : 'over-budget' })
  if (!isSent) return
  setImmediate(() => {
    deps.sms
      .send({ to: phone, template: 'sign-in-code', params: { code }, locale }, id)
      .catch(async (error: unknown) => {
        smsCodes.inc({ purpose, outcome: 'failed' })
        deps.log.warn({ err: error }, 'an SMS code could not be handed to the carrier')
        // What was not sent holds nobody up.
        await deps.database.inSystem((system) => codes.dropCode(system, id))
      })
      .catch((error: unknown) => deps.log.warn({ err: error }, 'a code that was not sent is still counted'))
  })
}

/**
 * Makes a code that goes another way than by SMS; limited like the others.
 * @param addressee whom it is for, in place of a phone.
 * @throws AppError `sms-code.too-many`; of a mail `mail-code.too-many`.
 */
export async function fileElsewhere(
  deps: Deps,
  request: Omit<CodeRequest, 'phone'>,
  addressee: string,
  channel: 'workplace' | 'mail',
): Promise<{ readonly id: string; readonly code: string }> {
  return file(deps, request, addressee, channel)
}

async function file(
  deps: Deps,
  { purpose, asker, orgId, isKnown, ip }: Omit<CodeRequest, 'phone'>,
  addressee: string,
  channel: codes.CodeChannel,
) {
  const { vault, config, clock } = deps
  const code = String(randomInt(10 ** digits)).padStart(digits, '0')
  const hash = (purpose: string, text: string) => vault.lookupHash(systemOrgId, purpose, text)
  const hashes = {
    phoneHash: await phoneHashOf(deps, addressee),
    prefixHash: await hash('phone-prefix', channel === 'mail' ? addressee : addressee.slice(0, prefixDigits)),
    ipHash: await hash('ip', ip),
    askerHash: await hash('sms-asker', asker),
    codeHash: await codeHashOf(deps, { purpose, addressee, asker, code }),
  }
  const filed = await deps.database.inSystem((system) =>
    codes.fileCode(system, {
      purpose,
      ...hashes,
      orgId,
      channel,
      isKnown,
      now: clock.now(),
      hourlyBudget: channel === 'mail' ? mailedCodesPerHour : config.SMS_HOURLY_BUDGET,
      scale: config.RATE_LIMIT_SCALE,
    }),
  )
  if ('retryAfterS' in filed)
    throw new AppError(channel === 'mail' ? 'mail-code.too-many' : 'sms-code.too-many', {
      retryAfterS: filed.retryAfterS,
    })
  return { ...filed, code }
}

interface CodeGiven {
  readonly purpose: codes.CodePurpose
  /** Phone, or whom else the code was for. */
  readonly addressee: string
  readonly asker: string
  readonly code: string
}

/**
 * Uses a code up: six digits, five minutes, once, five tries, for one purpose and by who asked for it (S-17).
 * @returns false, whatever was wrong with it.
 */
export async function isRight(deps: Deps, given: CodeGiven): Promise<boolean> {
  const now = deps.clock.now()
  const phoneHash = await phoneHashOf(deps, given.addressee)
  const askerHash = await deps.vault.lookupHash(systemOrgId, 'sms-asker', given.asker)
  const tried = await deps.database.inSystem((system) =>
    codes.takeTry(system, {
      purpose: given.purpose,
      phoneHash,
      askerHash,
      now,
    }),
  )
  const hash = await codeHashOf(deps, given)
  if (!tried || !timingSafeEqual(hash, tried.codeHash)) return false
  return deps.database.inSystem((system) => codes.useCode(system, tried.id, now))
}

/** @throws AppError `sms-code.invalid`. */
export async function redeem(deps: Deps, given: CodeGiven): Promise<void> {
  const isGood = await isRight(deps, given)
  smsCodes.inc({ purpose: given.purpose, outcome: isGood ? 'used' : 'wrong' })
  if (!isGood) throw new AppError('sms-code.invalid')
}

/** Bound to all that matters: the code of one phone, purpose or asker says nothing about another. */
function codeHashOf(
  { vault }: Pick<Deps, 'vault'>,
  { purpose, addressee, asker, code }: CodeGiven,
): Promise<Buffer> {
  return vault.lookupHash(systemOrgId, 'sms-code', [purpose, addressee, asker, code].join(' '))
}

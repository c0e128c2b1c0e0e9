import { randomInt, timingSafeEqual } from 'node:crypto'
import type { Locale } from '@kangbao/shared/locale.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import * as codes from './sms-codes.system.ts'

export const resendAfterS = 60
const digits = 6

/** How a phone is found by without being readable. */
export function phoneHashOf({ vault }: Pick<Deps, 'vault'>, phone: string): Buffer {
  return vault.lookupHash('phone', phone)
}

/**
 * Sends a code. Known and unknown phones go the same way, so that nobody learns which are known (S-19).
 * @throws AppError `sms-code.too-many`, `server.overloaded` when the carrier does not answer.
 */
export async function send(
  deps: Deps,
  { phone, ip, locale }: { phone: string; ip: string; locale: Locale },
): Promise<void> {
  const code = String(randomInt(10 ** digits)).padStart(digits, '0')
  const filed = await deps.database.inSystem((system) =>
    codes.fileCode(system, {
      phoneHash: phoneHashOf(deps, phone),
      ipHash: deps.vault.lookupHash('ip', ip),
      codeHash: codeHashOf(deps, phone, code),
      now: deps.clock.now(),
      scale: deps.config.RATE_LIMIT_SCALE,
    }),
  )
  if ('retryAfterS' in filed) throw new AppError('sms-code.too-many', { retryAfterS: filed.retryAfterS })
  try {
    await deps.sms.send({ to: phone, template: 'sign-in-code', params: { code }, locale }, filed.id)
  } catch (cause) {
    await deps.database.inSystem((system) => codes.dropCode(system, filed.id))
    throw new AppError('server.overloaded', {}, { cause })
  }
}

/**
 * Uses a code up: six digits, five minutes, once, five tries (S-17).
 * @throws AppError `sms-code.invalid`, whatever was wrong with it.
 */
export async function redeem(deps: Deps, phone: string, code: string): Promise<void> {
  const now = deps.clock.now()
  const tried = await deps.database.inSystem((system) => codes.takeTry(system, phoneHashOf(deps, phone), now))
  const given = codeHashOf(deps, phone, code)
  if (!tried || !timingSafeEqual(given, tried.codeHash)) throw new AppError('sms-code.invalid')
  const isFirst = await deps.database.inSystem((system) => codes.useCode(system, tried.id, now))
  if (!isFirst) throw new AppError('sms-code.invalid')
}

/** Bound to the phone: the code of one says nothing about another. */
function codeHashOf({ vault }: Pick<Deps, 'vault'>, phone: string, code: string): Buffer {
  return vault.lookupHash('sms-code', `${phone} ${code}`)
}

import { sql } from 'drizzle-orm'
import type { SmsPurpose } from '../../contracts/accounts.ts'
import { addSeconds } from '../clock.ts'
import { equalInConstantTime, keyedDigest, randomDigits } from '../crypto/secrets.ts'
import { uuidv7 } from '../db/uuid.ts'
import type { Ctx } from '../http/context.ts'
import { AppError } from '../errors.ts'

const resendAfterSeconds = 60
const expiresInSeconds = 300
const codesPerDay = 10
const attemptsPerCode = 5

/** The text says what the code is for, so that nobody is talked into reading out one for something else. */
const textOf: Readonly<Record<SmsPurpose, string>> = {
  'sign-in': '',
  password: '，用于设置登录密码',
  phone: '，用于更换手机号',
  delete: '，用于注销账号',
}

/** Sends a code; at most one a minute and ten a day to one phone, whatever they are for. */
export async function sendCode(
  ctx: Ctx,
  phone: string,
  purpose: SmsPurpose = 'sign-in',
): Promise<{ resendAfterSeconds: number; expiresInSeconds: number }> {
  const { deps, now } = ctx
  const code = randomDigits(6)
  const id = uuidv7()
  await deps.db.transaction(async (tx) => {
    // Two requests at once would both see "none lately" without this.
    await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`sms:${phone}`}, 0))`)
    const recent = await tx.one<{ last_at: Date | null; today: number }>(
      sql`select max(created_at) as last_at, count(*) as today from sms_codes
          where phone = ${phone} and created_at > ${addSeconds(now, -86_400)}`,
    )
    if (recent?.last_at && recent.last_at > addSeconds(now, -resendAfterSeconds))
      throw new AppError('sms.too-soon')
    if (recent && recent.today >= codesPerDay) throw new AppError('sms.too-many')
    await tx.run(sql`insert into sms_codes (id, phone, purpose, code_hash, created_at, expires_at)
      values (${id}, ${phone}, ${purpose}, ${hashOf(ctx, phone, code)}, ${now}, ${addSeconds(now, expiresInSeconds)})`)
  })
  try {
    await deps.sms.send({
      to: phone,
      template: purpose === 'sign-in' ? 'sign-in-code' : `${purpose}-code`,
      params: { code },
      text: `验证码 ${code}${textOf[purpose]}，5 分钟内有效，请勿告诉他人。`,
      signName: deps.config.smsSignName,
      idempotencyKey: id,
    })
  } catch (error) {
    // The person got nothing, so the minute's pause must not hold.
    await deps.db.run(sql`delete from sms_codes where id = ${id}`)
    throw new AppError('sms.unavailable', {}, { cause: error })
  }
  return { resendAfterSeconds, expiresInSeconds }
}

/** Uses up the newest code of the phone for this purpose. Wrong guesses count, and five of them end the code. */
export async function useCode(
  ctx: Ctx,
  phone: string,
  code: string,
  purpose: SmsPurpose = 'sign-in',
): Promise<void> {
  const { deps, now } = ctx
  const isRight = await deps.db.transaction(async (tx) => {
    const row = await tx.one<{
      id: string
      code_hash: string
      attempts: number
      expires_at: Date
      used_at: Date | null
    }>(
      sql`select id, code_hash, attempts, expires_at, used_at from sms_codes
          where phone = ${phone} and purpose = ${purpose} order by created_at desc, id desc limit 1 for update`,
    )
    if (!row || row.used_at || row.expires_at <= now || row.attempts >= attemptsPerCode) return false
    const matches = equalInConstantTime(row.code_hash, hashOf(ctx, phone, code))
    await tx.run(
      matches
        ? sql`update sms_codes set used_at = ${now} where id = ${row.id}`
        : sql`update sms_codes set attempts = attempts + 1 where id = ${row.id}`,
    )
    return matches
  })
  if (!isRight) throw new AppError('code.wrong')
}

const hashOf = ({ deps }: Ctx, phone: string, code: string): string =>
  keyedDigest(deps.config.sessionSecret, `${phone}:${code}`)

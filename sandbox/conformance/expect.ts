import { Value } from 'typebox/value'
import { GovernmentReceipt } from '@kangbao/shared/contracts/government.ts'
import type { Answer, Call, Sender } from './sender.ts'

/** A 200 with a receipt the receiver signed; returns its number. */
export function taken(sender: Sender, call: Call, answer: Answer): string {
  if (answer.status !== 200) fail('a receipt should have come', answer)
  const receipt = parsed(answer)
  if (!Value.Check(GovernmentReceipt, receipt)) fail('the receipt has another shape', answer)
  if (!sender.isSealed(call, answer)) fail('the receipt is not signed, or not for this call', answer)
  return receipt.receiptNo
}

/** One of these statuses, as application/problem+json with one of these codes, where any are named. */
export function refused(answer: Answer, statuses: readonly number[], codes: readonly string[] = []): void {
  if (!statuses.includes(answer.status)) fail(`${statuses.join(' or ')} should have come`, answer)
  if (codes.length === 0) return
  const problem = parsed(answer)
  const code = typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined
  if (!codes.some((each) => each === code)) fail(`the code should be ${codes.join(' or ')}`, answer)
}

/** What was wrong and what came, cut to a size one can read. */
export function fail(what: string, { status, headers, text }: Answer): never {
  const type = String(headers['content-type'] ?? 'no content type')
  throw new Error(`${what}; came: ${status}, ${type}, ${text.slice(0, 300) || 'no body'}`)
}

/** The JSON of an answer. */
export function parsed(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text)
  } catch {
    return fail('JSON should have come', answer)
  }
}

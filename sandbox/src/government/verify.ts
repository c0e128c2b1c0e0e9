import { Value } from 'typebox/value'
import {
  GovernmentReport,
  governmentHeaders,
  governmentTextToSign,
  governmentTimestampToleranceMs,
} from '@kangbao/shared/contracts/government.ts'
import type { Problem } from '../problem.ts'
import { hmacHex, isSameText, sha256Hex } from '../signature.ts'

export interface Call {
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

export type Verdict =
  | { readonly isGood: true; readonly report: GovernmentReport; readonly bodySha256: string }
  | { readonly isGood: false; readonly outcome: string; readonly problem: Problem }

const bad = (outcome: string, status: number, code: string, title: string, detail?: string): Verdict => ({
  isGood: false,
  outcome,
  problem: { status, code, title, ...(detail === undefined ? {} : { detail }) },
})

/** Decides on one call from its bytes alone: signature first, so that an unsigned stranger learns nothing else. */
export function verify(call: Call, keys: ReadonlyMap<string, string>, now: Date): Verdict {
  const keyId = call.header(governmentHeaders.keyId) ?? ''
  const timestamp = call.header(governmentHeaders.timestamp) ?? ''
  const idempotencyKey = call.header(governmentHeaders.idempotencyKey) ?? ''
  const bodySha256 = sha256Hex(call.body)

  // An unknown key is measured against a secret too, and takes as long as a known one.
  const secret = keys.get(keyId)
  const expected = hmacHex(
    secret ?? 'no such key',
    governmentTextToSign({ keyId, timestamp, idempotencyKey, bodySha256 }),
  )
  const isSigned = isSameText(expected, call.header(governmentHeaders.signature) ?? '')
  if (secret === undefined || !isSigned)
    return bad('bad-signature', 401, 'signature.invalid', 'The signature is wrong')

  const offMs = Math.abs(now.getTime() - Date.parse(timestamp))
  if (!(offMs <= governmentTimestampToleranceMs)) {
    return bad('stale', 401, 'timestamp.out-of-window', 'The timestamp is more than five minutes off')
  }
  const report = parse(call.body)
  if (report === undefined) return bad('invalid', 400, 'report.unreadable', 'The body is not JSON')
  if (!Value.Check(GovernmentReport, report)) {
    return bad(
      'invalid',
      400,
      'report.invalid',
      'The report does not fit its schema',
      faultsIn(report).join(', '),
    )
  }
  if (report.reportId !== idempotencyKey) {
    return bad('invalid', 400, 'idempotency-key.mismatch', 'The idempotency key is not the report’s id')
  }
  return { isGood: true, report, bodySha256 }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Against the kind it claims to be: measured against both, every field of the other would be a fault too. */
function faultsIn(report: unknown): string[] {
  const claimed = typeof report === 'object' && report !== null && 'kind' in report ? report.kind : undefined
  const schema =
    GovernmentReport.anyOf.find((one) => one.properties.kind.const === claimed) ?? GovernmentReport
  return [...new Set(Value.Errors(schema, report).map((fault) => fault.instancePath || '/'))].slice(0, 5)
}

import { Value } from 'typebox/value'
import {
  GovernmentReport,
  governmentHeaders,
  governmentTextToSign,
  governmentTimestampToleranceMs,
  signatureSuites,
} from '@kangbao/shared/contracts/government.ts'
import type { Problem } from '../problem.ts'
import { nobodysKey, type ReceiverKey } from './keys.ts'

export interface Call {
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

interface Refused {
  readonly isGood: false
  readonly outcome: string
  readonly problem: Problem
}
export type Verdict =
  { readonly isGood: true; readonly report: GovernmentReport; readonly bodyHash: string } | Refused

const bad = (outcome: string, status: number, code: string, title: string, detail?: string): Refused => ({
  isGood: false,
  outcome,
  problem: { status, code, title, ...(detail === undefined ? {} : { detail }) },
})

/** Decides on a call that brings a report. */
export function verify(call: Call, keys: ReadonlyMap<string, ReceiverKey>, now: Date): Verdict {
  const sender = verifySender(call, keys, now)
  if (!sender.isGood) return sender
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
  if (report.reportId !== call.header(governmentHeaders.idempotencyKey)) {
    return bad('invalid', 400, 'idempotency-key.mismatch', 'The idempotency key is not the report’s id')
  }
  return { isGood: true, report, bodyHash: sender.bodyHash }
}

/**
 * Who calls, from the bytes alone: signature first, so that an unsigned stranger learns nothing else.
 * @param call what was signed stands in its body; of a call without one, its target.
 */
export function verifySender(
  call: Call,
  keys: ReadonlyMap<string, ReceiverKey>,
  now: Date,
): { readonly isGood: true; readonly key: ReceiverKey; readonly bodyHash: string } | Refused {
  const keyId = call.header(governmentHeaders.keyId) ?? ''
  const timestamp = call.header(governmentHeaders.timestamp) ?? ''
  const idempotencyKey = call.header(governmentHeaders.idempotencyKey) ?? ''
  // An unknown key is measured against a key too, and takes as long as a known one.
  const known = keys.get(keyId)
  const key = known ?? nobodysKey
  const bodyHash = key.hash(call.body)
  const text = governmentTextToSign({ keyId, timestamp, idempotencyKey, bodyHash })
  const isSigned = key.isSenders(text, call.header(governmentHeaders.signature) ?? '')
  const suite = call.header(governmentHeaders.suite) ?? signatureSuites[0]
  if (!known || !isSigned || suite !== known.suite)
    return bad('bad-signature', 401, 'signature.invalid', 'The signature is wrong')

  const offMs = Math.abs(now.getTime() - Date.parse(timestamp))
  if (!(offMs <= governmentTimestampToleranceMs)) {
    return bad('stale', 401, 'timestamp.out-of-window', 'The timestamp is more than five minutes off')
  }
  return { isGood: true, key: known, bodyHash }
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

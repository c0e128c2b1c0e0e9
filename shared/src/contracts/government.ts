import { Type, type Static } from 'typebox'

/**
 * What the government's endpoint takes (docs/government-api.md): POST {base}/v1/reports, signed. Both the sender and
 * the receiver that stands in for it read this file, so neither can drift.
 */
export const governmentReportSchemaName = 'kangbao.report/1'

const Count = Type.Integer({ minimum: 0, maximum: 100_000_000 })

export const EmploymentCounts = Type.Object(
  { totalMembers: Count, registered: Count, registeredNew: Count, notRegistered: Count },
  { additionalProperties: false },
)
export type EmploymentCounts = Static<typeof EmploymentCounts>

export const HealthCounts = Type.Object(
  { totalMembers: Count, collected: Count, notCollected: Count, abnormal: Count, fever: Count },
  { additionalProperties: false },
)
export type HealthCounts = Static<typeof HealthCounts>

const uuidPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
const instantPattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$'

const common = {
  schema: Type.Literal(governmentReportSchemaName),
  reportId: Type.String({ pattern: uuidPattern }),
  org: Type.Object(
    {
      corpId: Type.String({ minLength: 1, maxLength: 64 }),
      name: Type.String({ minLength: 1, maxLength: 200 }),
    },
    { additionalProperties: false },
  ),
  /** Civil day of the org the counts belong to. */
  day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  /** Counts the reports of one org and kind without a gap, from 1. */
  sequence: Type.Integer({ minimum: 1 }),
  madeAt: Type.String({ pattern: instantPattern }),
  /** True when the daily run made it, false when a person tapped. */
  automatic: Type.Boolean(),
}

export const GovernmentReport = Type.Union([
  Type.Object(
    { ...common, kind: Type.Literal('employment'), counts: EmploymentCounts },
    { additionalProperties: false },
  ),
  Type.Object(
    { ...common, kind: Type.Literal('health'), counts: HealthCounts },
    { additionalProperties: false },
  ),
])
export type GovernmentReport = Static<typeof GovernmentReport>
export type GovernmentReportKind = GovernmentReport['kind']

export const GovernmentReceipt = Type.Object({
  receiptNo: Type.String({ minLength: 1, maxLength: 64 }),
  status: Type.Literal('accepted'),
})
export type GovernmentReceipt = Static<typeof GovernmentReceipt>

export const GovernmentRefusal = Type.Object({
  code: Type.String(),
  title: Type.String(),
  detail: Type.Optional(Type.String()),
})
export type GovernmentRefusal = Static<typeof GovernmentRefusal>

/**
 * One report as the receiver holds it, in the list it gives of a day: enough to see that both sides have the same,
 * and no count again.
 */
export const GovernmentTakenReport = Type.Object({
  reportId: Type.String({ pattern: uuidPattern }),
  corpId: Type.String({ minLength: 1, maxLength: 64 }),
  kind: Type.Union([Type.Literal('employment'), Type.Literal('health')]),
  day: common.day,
  sequence: common.sequence,
  /** Lower-case hex of the hash, by the suite of the key, of the body as it was received. */
  bodyHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  receiptNo: Type.String({ minLength: 1, maxLength: 64 }),
})
export type GovernmentTakenReport = Static<typeof GovernmentTakenReport>

export const governmentTakenPageSize = 1_000

/** A page of that list, in any order that stays; `next` is where the next one begins, null on the last. */
export const GovernmentTakenPage = Type.Object({
  items: Type.Array(GovernmentTakenReport, { maxItems: governmentTakenPageSize }),
  next: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()]),
})
export type GovernmentTakenPage = Static<typeof GovernmentTakenPage>

/**
 * What is asked for, behind the base address: the text a call without a body signs in place of one.
 * @param after `next` of the page before; null for the first.
 */
export function governmentTakenTarget(day: string, after: string | null): string {
  const asked = new URLSearchParams({ day, ...(after === null ? {} : { after }) })
  return `/v1/receipts?${asked.toString()}`
}

export const governmentHeaders = {
  idempotencyKey: 'idempotency-key',
  keyId: 'x-kangbao-key-id',
  timestamp: 'x-kangbao-timestamp',
  signature: 'x-kangbao-signature',
  /** Of `signatureSuites`; without it the first. */
  suite: 'x-kangbao-signature-suite',
  /** Of the answer: the receipt is the receiver's. */
  receiptSignature: 'x-kangbao-receipt-signature',
} as const

/** Hash and signature of calls and receipts; who has keys of GB/T 32918 and must use them names the second. */
export const signatureSuites = ['hmac-sha256', 'sm2-sm3'] as const
export type SignatureSuite = (typeof signatureSuites)[number]

/** How far the sender's clock may be off. */
export const governmentTimestampToleranceMs = 5 * 60_000

/** The text that is signed, by the suite of the call. */
export function governmentTextToSign(parts: {
  readonly keyId: string
  readonly timestamp: string
  readonly idempotencyKey: string
  /** Lower-case hex of the hash of the raw body; of a call without one, of its target. */
  readonly bodyHash: string
}): string {
  return [parts.keyId, parts.timestamp, parts.idempotencyKey, parts.bodyHash].join('\n')
}

/** The text that signs a receipt (S-30): bound to the report it answers, and told apart from what signs a report. */
export function governmentReceiptTextToSign(parts: {
  readonly keyId: string
  readonly idempotencyKey: string
  /** Lower-case hex of the hash of the answer's bytes. */
  readonly bodyHash: string
}): string {
  return ['receipt', parts.keyId, parts.idempotencyKey, parts.bodyHash].join('\n')
}

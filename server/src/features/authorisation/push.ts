import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'

/** One thing the platform tells us; only what names the thing to read again, never the personal data beside it. */
export interface PushedEvent {
  readonly kind: string
  readonly corpId: string | null
  /** User, department or app it is about. */
  readonly subject: string | null
  /** The platform delivers at least once; a key seen before has no second effect. */
  readonly dedupKey: string
  readonly at: EpochMs
  /** Secrets some events carry. */
  readonly ticket: string | null
  readonly temporaryCode: string | null
}

/** The decrypted text is no push of either style. */
export class UnreadablePush extends Error {
  override readonly name = 'UnreadablePush'
}

const Text = Type.Union([Type.String(), Type.Number()])
const Fields = Type.Record(Type.String(), Type.Unknown())
type Fields = Readonly<Record<string, unknown>>
const Item = Type.Object({
  id: Type.Optional(Text),
  corp_id: Type.Optional(Text),
  biz_type: Type.Optional(Text),
  biz_id: Type.Optional(Text),
  biz_data: Type.Optional(Type.Union([Type.String(), Fields])),
  gmt_modified: Type.Optional(Text),
})
const mostItems = 1_000
const longestKey = 200

/**
 * Reads a push of either style: a flat `EventType`, or SyncHTTP's envelope with `bizData[]`, where `biz_data` comes
 * as text or as an object.
 * @throws UnreadablePush
 */
export function readPush(message: string, envelope: { readonly timestamp: string }): PushedEvent[] {
  const push = parseFields(message)
  const kind = text(push, 'EventType')
  if (kind === null) throw new UnreadablePush('no EventType')
  const items = push['bizData']
  if (items === undefined) return [flatEvent(push, kind, { message, envelope })]
  if (!Array.isArray(items) || items.length > mostItems) throw new UnreadablePush('bizData is no list')
  return items.map(syncEvent)
}

function flatEvent(
  push: Fields,
  kind: string,
  { message, envelope }: { message: string; envelope: { timestamp: string } },
): PushedEvent {
  const own = text(push, 'TimeStamp') ?? text(push, 'EventTime')
  return {
    kind: shortened(kind),
    corpId: text(push, 'AuthCorpId') ?? text(push, 'CorpId'),
    subject: null,
    // The same push again is the same text; one without a time of its own is told apart by the envelope's.
    dedupKey: shortened(
      text(push, 'eventId') ?? digest(`${message}\0${own === null ? envelope.timestamp : ''}`),
    ),
    at: millis(own ?? envelope.timestamp),
    ticket: text(push, 'SuiteTicket'),
    temporaryCode: text(push, 'AuthCode'),
  }
}

function syncEvent(value: unknown): PushedEvent {
  if (!Value.Check(Item, value)) throw new UnreadablePush('an item does not fit')
  const { biz_data = {}, id, gmt_modified } = value
  const data = typeof biz_data === 'string' ? parseFields(biz_data) : biz_data
  const kind = text(data, 'syncAction') ?? `biz_type_${value.biz_type ?? 'none'}`
  const subject = value.biz_id === undefined ? null : String(value.biz_id)
  const own = `${value.corp_id ?? ''} ${subject ?? ''} ${id ?? ''} ${gmt_modified ?? ''}`
  return {
    kind: shortened(kind),
    corpId: value.corp_id === undefined ? null : String(value.corp_id),
    subject: subject === null ? null : shortened(subject),
    dedupKey: shortened(
      `${kind} ${text(data, 'eventId') ?? (id === undefined ? digest(JSON.stringify(value)) : own)}`,
    ),
    at: millis(String(gmt_modified ?? '')),
    ticket: text(data, 'suiteTicket'),
    temporaryCode: null,
  }
}

/** Seconds or milliseconds since 1970; NaN when it is no number. */
export function millis(timestamp: string): EpochMs {
  const number = /^\d{1,16}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  return timestamp.length <= 10 ? number * 1000 : number
}

function parseFields(json: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw new UnreadablePush('not JSON', { cause })
  }
  if (!Value.Check(Fields, value) || Array.isArray(value)) throw new UnreadablePush('not an object')
  return value
}

function text(fields: Fields, name: string): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

function shortened(key: string): string {
  return key.length <= longestKey ? key.replaceAll('\0', '') : digest(key)
}

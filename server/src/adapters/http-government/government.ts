import { randomUUID } from 'node:crypto'
import { Compile } from 'typebox/compile'
import {
  GovernmentReceipt,
  GovernmentReport,
  GovernmentTakenPage,
  governmentReceiptTextToSign,
  governmentHeaders,
  governmentTakenTarget,
  governmentTextToSign,
} from '@kangbao/shared/contracts/government.ts'
import type { Config } from '../../config.ts'
import type { Clock } from '../../ports/clock.ts'
import { evenPacer, type Pacer } from '../pacer.ts'
import { GovernmentUnavailable, type Government, type Verdict } from '../../ports/government.ts'
import { faultOfStatus, isUnsent, takesNothing } from './faults.ts'
import { ForbiddenDestination, outgoing, privateHostsOf } from '../outgoing/outgoing.ts'
import { signaturesOf, type Signatures } from './signatures.ts'

const timeoutMs = 10_000
const connections = 256
/** Longer than this a call does not wait for its turn; it is owed again instead. */
const longestPaceMs = 120_000
const afterPaceMs = 60_000
/** A page of a thousand receipts is a third of it. */
const longestAnswerBytes = 1024 * 1024
const reportCheck = Compile(GovernmentReport)
const receiptCheck = Compile(GovernmentReceipt)
const takenCheck = Compile(GovernmentTakenPage)
/** Of the list: an endpoint that keeps none, as those of the first version of the contract. */
const noList: readonly number[] = [404, 405, 501]
/**
 * 4xx that are no judgement of the report: they ask to come back, or (401) say that the installation's key or clock is
 * off, which no organisation can mend and which must not cost any of them its day.
 */
const comeBack: readonly number[] = [401, 408, 425, 429]

export interface GovernmentOptions {
  readonly timeoutMs?: number
  /** Whom certificates are trusted from, instead of whom the system trusts; for tests. */
  readonly ca?: string
}

/** How one endpoint is called. */
export interface CallSettings {
  readonly address: string
  readonly key: SigningKey
  /** Keeps to `perSecond`; 0 for no limit. */
  readonly pace: { readonly pacer: Pacer; readonly key: string; readonly perSecond: number }
  readonly privateHosts: readonly string[]
  readonly isListedOnly: boolean
}

/** The pace of calls to any endpoint of this process. */
export const governmentPacer = (): Pacer => evenPacer(longestPaceMs)

/** The endpoint of the environment. */
export function httpGovernment(
  config: Pick<
    Config,
    'GOVERNMENT_URL' | 'GOVERNMENT_KEY_ID' | 'GOVERNMENT_SECRET' | 'OUTGOING_PRIVATE_HOSTS'
  > &
    Partial<
      Pick<
        Config,
        | 'GOVERNMENT_CALLS_PER_SECOND'
        | 'GOVERNMENT_SIGNATURE'
        | 'GOVERNMENT_SM2_PRIVATE_KEY'
        | 'GOVERNMENT_SM2_RECEIVER_KEY'
      >
    >,
  clock: Clock,
  options: GovernmentOptions = {},
): Government {
  const pace = {
    pacer: governmentPacer(),
    key: 'government',
    perSecond: config.GOVERNMENT_CALLS_PER_SECOND ?? 0,
  }
  const settings = {
    address: config.GOVERNMENT_URL,
    key: { id: config.GOVERNMENT_KEY_ID, signatures: signaturesOf(config) },
    pace,
    privateHosts: privateHostsOf(config),
    isListedOnly: false,
  }
  return endpointOver(settings, clock, options)
}

/** A government's endpoint over HTTPS, as docs/government-api.md has it. Bodies are never logged. */
export function endpointOver(
  { address, key, pace, privateHosts, isListedOnly }: CallSettings,
  clock: Clock,
  options: GovernmentOptions = {},
): Government & { close(): Promise<void> } {
  const withinMs = options.timeoutMs ?? timeoutMs
  const dispatcher = outgoing([address], {
    connections,
    // Sooner than the call gives up: then it is known that nothing was sent.
    timeoutMs: withinMs / 2,
    keepAliveMs: 30_000,
    privateHosts,
    isListedOnly,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  })
  const { origin, pathname } = new URL(address)
  const base = pathname.replace(/\/$/, '')

  /** One call; what is signed is its body, or its target. */
  async function call(
    method: 'GET' | 'POST',
    target: string,
    idempotencyKey: string,
    body?: string,
  ): Promise<Answer> {
    if (pace.perSecond > 0)
      await pace.pacer.turn([pace]).catch((cause: unknown) => {
        throw new GovernmentUnavailable('too many calls wait for their turn', afterPaceMs, {
          cause,
          fault: 'busy',
          isUntaken: true,
        })
      })
    const headers = signedHeaders(key, idempotencyKey, body ?? target, new Date(clock.now()).toISOString())
    try {
      // The signal covers the reading of the answer too: one that drips does not hold a connection for ever.
      const answer = await dispatcher.request({
        origin,
        path: `${base}${target}`,
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(withinMs),
      })
      const text = await readText(answer.body)
      const waitMs = retryAfterMs(singleHeader(answer.headers['retry-after']), clock.now())
      const signature = singleHeader(answer.headers[governmentHeaders.receiptSignature])
      if (answer.statusCode === 200 && !isSealed(key, idempotencyKey, text, signature))
        throw new GovernmentUnavailable('the answer is not signed by the receiver', waitMs, {
          fault: 'unsigned',
        })
      return { status: answer.statusCode, text, waitMs }
    } catch (cause) {
      if (cause instanceof GovernmentUnavailable) throw cause
      throw new GovernmentUnavailable('no whole answer', null, {
        cause,
        fault: cause instanceof ForbiddenDestination ? 'forbidden' : 'unreachable',
        isUntaken: isUnsent(cause),
      })
    }
  }

  return {
    async submit(report) {
      // What the government gets is on its list and nothing else (S-45): a field too many is a fault of ours.
      if (!reportCheck.Check(report)) throw new Error('the report holds what is not on the list')
      return verdictOf(await call('POST', '/v1/reports', report.reportId, JSON.stringify(report)))
    },
    async taken(day, after) {
      const { status, text, waitMs } = await call('GET', governmentTakenTarget(day, after), randomUUID())
      if (noList.includes(status)) return null
      const page = status === 200 ? parsed(text) : undefined
      if (!takenCheck.Check(page))
        throw new GovernmentUnavailable(`no list: status ${status}`, waitMs, { fault: faultOfStatus(status) })
      return page
    },
    digestOf: (report) => key.signatures.digest(JSON.stringify(report)),
    close: () => dispatcher.close(),
  }
}

interface Answer {
  readonly status: number
  readonly text: string
  /** How long we were asked to wait, in milliseconds. */
  readonly waitMs: number | null
}

/** Which key signs, and how. */
export interface SigningKey {
  readonly id: string
  readonly signatures: Signatures
}

/** The signed headers of one call. */
export function signedHeaders(
  { id: keyId, signatures }: SigningKey,
  idempotencyKey: string,
  body: string,
  timestamp: string,
): Record<string, string> {
  const text = governmentTextToSign({ keyId, timestamp, idempotencyKey, bodyHash: signatures.digest(body) })
  return {
    'content-type': 'application/json',
    [governmentHeaders.idempotencyKey]: idempotencyKey,
    [governmentHeaders.keyId]: keyId,
    [governmentHeaders.timestamp]: timestamp,
    [governmentHeaders.suite]: signatures.suite,
    [governmentHeaders.signature]: signatures.sign(text),
  }
}

/** Whether the receiver signed these bytes as its answer to this report. */
function isSealed(
  { id: keyId, signatures }: SigningKey,
  idempotencyKey: string,
  text: string,
  signature: string | undefined,
): boolean {
  const bodyHash = signatures.digest(text)
  return signatures.isReceivers(
    governmentReceiptTextToSign({ keyId, idempotencyKey, bodyHash }),
    signature ?? '',
  )
}

function verdictOf({ status, text, waitMs }: Answer): Verdict {
  if (status === 200) {
    const receipt = parsed(text)
    if (!receiptCheck.Check(receipt)) {
      throw new GovernmentUnavailable('the receipt cannot be read', waitMs, { fault: 'faulty' })
    }
    return { accepted: true, receiptNo: receipt.receiptNo }
  }
  if (status < 400 || status >= 500 || comeBack.includes(status)) {
    throw new GovernmentUnavailable(`status ${status}`, waitMs, {
      fault: faultOfStatus(status),
      isUntaken: takesNothing(status),
    })
  }
  return { accepted: false, refusal: refusalOf(status, parsed(text)) }
}

/** What the endpoint said, cut to size; anything may stand in front of it and answer in its place. */
function refusalOf(status: number, problem: unknown) {
  const said: Readonly<Record<string, unknown>> =
    typeof problem === 'object' && problem !== null ? { ...problem } : {}
  const word = (name: string, most: number) => {
    const value = said[name]
    return typeof value === 'string' ? value.slice(0, most) : ''
  }
  return {
    code: word('code', 100) || `http.${status}`,
    title: word('title', 200) || `HTTP ${status}`,
    detail: word('detail', 500),
  }
}

/** `Retry-After` in milliseconds, from seconds or a date; null when there is none that can be read. */
export function retryAfterMs(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of body) {
    sizeBytes += part.length
    if (sizeBytes > longestAnswerBytes) throw new Error('the answer is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function singleHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

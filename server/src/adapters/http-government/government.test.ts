import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import {
  governmentHeaders,
  governmentReceiptTextToSign,
  governmentTextToSign,
  type GovernmentReport,
} from '@kangbao/shared/contracts/government.ts'
import { GovernmentUnavailable } from '../../ports/government.ts'
import { movableClock } from '../clocks.ts'
import { httpGovernment, retryAfterMs, signedHeaders } from './government.ts'
import { hmacSha256 } from './signatures.ts'

/* The port's suite against an endpoint that speaks the wire, in every way it can go wrong. */
const secret = 'a-secret-for-this-test'
const seen: { headers: IncomingMessage['headers']; body: string }[] = []
let answer: (response: ServerResponse) => void
const endpoint = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    seen.push({ headers: request.headers, body: Buffer.concat(parts).toString() })
    answer(response)
  })
})
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
/** An answer as the receiver signs it, or as somebody else would. */
const sealed =
  (text: string, key = secret, over: Partial<Parameters<typeof governmentReceiptTextToSign>[0]> = {}) =>
  (response: ServerResponse) => {
    const bodyHash = createHash('sha256').update(text).digest('hex')
    const parts = { keyId: 'k1', idempotencyKey: report.reportId, bodyHash, ...over }
    const signature = createHmac('sha256', key).update(governmentReceiptTextToSign(parts)).digest('hex')
    response.writeHead(200, { [governmentHeaders.receiptSignature]: signature }).end(text)
  }
const receiptText = JSON.stringify({ receiptNo: 'R-1', status: 'accepted' })
const receipt = (response: ServerResponse) => sealed(receiptText)(response)

beforeAll(() => new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  endpoint.closeAllConnections()
  endpoint.close()
})
beforeEach(() => {
  seen.length = 0
  answer = receipt
})

/** Of the table of error classes. */
let cases = 0
let right = 0
const leastCases = 30
afterAll(() => {
  const ok = cases >= leastCases && right === cases
  figure({ id: 'R-15', n: cases, value: cases - right, unit: 'wrong-classes', target: '=0', ok })
})

const clock = movableClock()
const government = () =>
  httpGovernment(
    {
      GOVERNMENT_URL: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`,
      GOVERNMENT_KEY_ID: 'k1',
      GOVERNMENT_SECRET: secret,
    },
    clock,
    { timeoutMs: 1_000 },
  )
const report: GovernmentReport = {
  schema: 'kangbao.report/1',
  reportId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c',
  org: { corpId: 'ding1', name: '测试企业' },
  day: '2026-03-02',
  sequence: 1,
  madeAt: '2026-03-02T02:00:00.000Z',
  automatic: false,
  kind: 'employment',
  counts: { totalMembers: 5, registered: 2, registeredNew: 2, notRegistered: 3 },
}

describe('the government port', () => {
  it('Z-44: signs the bytes it sends under the report’s own key', async () => {
    expect(await government().submit(report)).toEqual({ accepted: true, receiptNo: 'R-1' })
    const [call] = seen
    const header = (name: string) => String(call?.headers[name])
    expect(JSON.parse(call?.body ?? '')).toEqual(report)
    expect(header(governmentHeaders.idempotencyKey)).toBe(report.reportId)
    expect(Math.abs(Date.parse(header(governmentHeaders.timestamp)) - clock.now())).toBeLessThan(5_000)
    const text = governmentTextToSign({
      keyId: 'k1',
      timestamp: header(governmentHeaders.timestamp),
      idempotencyKey: report.reportId,
      bodyHash: createHash('sha256')
        .update(call?.body ?? '')
        .digest('hex'),
    })
    expect(header(governmentHeaders.signature)).toBe(createHmac('sha256', secret).update(text).digest('hex'))
  })

  it.each([
    ...[400, 404, 410, 413, 415, 451].map((status) => ({
      name: `a bare ${status}`,
      give: json(status, {}),
      refusal: { code: `http.${status}`, title: `HTTP ${status}`, detail: '' },
    })),
    {
      name: 'a problem',
      give: json(422, { code: 'c', title: 't', detail: 'd' }),
      refusal: { code: 'c', title: 't', detail: 'd' },
    },
    {
      name: 'a page in its place',
      give: (r: ServerResponse) => r.writeHead(403).end('<html>'),
      refusal: { code: 'http.403', title: 'HTTP 403', detail: '' },
    },
    {
      name: 'a conflict',
      give: json(409, { code: 'idempotency-key.reused', title: 'x' }),
      refusal: { code: 'idempotency-key.reused', title: 'x', detail: '' },
    },
  ])('R-15: $name is a refusal, told in its own words', async ({ give, refusal }) => {
    cases += 1
    answer = give
    expect(await government().submit(report)).toEqual({ accepted: false, refusal })
    // A refusal is an answer: nothing calls again by itself.
    expect(seen).toHaveLength(1)
    right += 1
  })

  it.each([
    {
      name: '401, a key or clock of ours',
      give: json(401, { code: 'timestamp.out-of-window' }),
      afterMs: null,
    },
    { name: '408', give: json(408, {}), afterMs: null },
    { name: '425', give: json(425, {}), afterMs: null },
    { name: '429 with seconds', give: json(429, {}, { 'retry-after': '7' }), afterMs: 7_000 },
    { name: '429 without', give: json(429, {}), afterMs: null },
    { name: '500', give: json(500, {}), afterMs: null },
    { name: '501', give: json(501, {}), afterMs: null },
    { name: '502', give: json(502, {}), afterMs: null },
    { name: '504', give: json(504, {}), afterMs: null },
    { name: '204', give: (r: ServerResponse) => r.writeHead(204).end(), afterMs: null },
    { name: '200 without a body', give: (r: ServerResponse) => r.writeHead(200).end(), afterMs: null },
    {
      name: 'a receipt of another shape',
      give: json(200, { receiptNo: 7, status: 'accepted' }),
      afterMs: null,
    },
    { name: '503 with seconds', give: json(503, {}, { 'retry-after': '120' }), afterMs: 120_000 },
    { name: 'a redirect', give: json(302, {}, { location: '/elsewhere' }), afterMs: null },
    {
      name: 'a receipt without a number',
      give: (r: ServerResponse) => sealed('{"status":"accepted"}')(r),
      afterMs: null,
    },
    {
      name: 'an HTML page with 200',
      give: (r: ServerResponse) => r.writeHead(200).end('<html>'),
      afterMs: null,
    },
    { name: 'cut JSON', give: (r: ServerResponse) => sealed('{"receiptNo":"R')(r), afterMs: null },
    { name: 'a hang-up', give: (r: ServerResponse) => r.socket?.destroy(), afterMs: null },
    {
      name: 'a hang-up in the body',
      give: (r: ServerResponse) => {
        r.writeHead(200, { 'content-length': '50' })
        r.write('{')
        setTimeout(() => r.socket?.destroy(), 20)
      },
      afterMs: null,
    },
    { name: 'silence', give: () => undefined, afterMs: null },
    {
      name: 'a body that never ends',
      give: (r: ServerResponse) => {
        r.writeHead(200)
        r.write('{')
      },
      afterMs: null,
    },
    {
      name: 'a body without measure',
      give: (r: ServerResponse) => r.writeHead(200).end('x'.repeat(100_000)),
      afterMs: null,
    },
  ])('R-15: $name means: later', async ({ give, afterMs }) => {
    cases += 1
    answer = give
    const failure = await government()
      .submit(report)
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(GovernmentUnavailable)
    expect(failure).toMatchObject({ retryAfterMs: afterMs })
    right += 1
  })

  it('S-30: a receipt that the receiver did not sign is no receipt', async () => {
    const other = receiptText.replace('R-1', 'R-2')
    const forgeries: ((response: ServerResponse) => unknown)[] = [
      json(200, { receiptNo: 'R-1', status: 'accepted' }),
      (r) => sealed(receiptText, 'another secret')(r),
      (r) => sealed(receiptText, '')(r),
      (r) => sealed(receiptText, secret, { idempotencyKey: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2d' })(r),
      (r) => sealed(receiptText, secret, { keyId: 'k2' })(r),
      (r) => sealed(receiptText, secret, { bodyHash: createHash('sha256').update(other).digest('hex') })(r),
      ...['', 'x', '00', '0'.repeat(64), 'f'.repeat(63), 'f'.repeat(65)].map(
        (signature) => (r: ServerResponse) =>
          r.writeHead(200, { [governmentHeaders.receiptSignature]: signature }).end(receiptText),
      ),
      // The report's own signature, sent back.
      (r) =>
        r
          .writeHead(200, {
            [governmentHeaders.receiptSignature]: String(seen.at(-1)?.headers[governmentHeaders.signature]),
          })
          .end(receiptText),
    ]
    const taken: number[] = []
    for (const [i, give] of forgeries.entries()) {
      answer = give
      const verdict = await government()
        .submit(report)
        .catch((error: unknown) => error)
      if (!(verdict instanceof GovernmentUnavailable)) taken.push(i)
    }
    figure({
      id: 'S-30',
      n: forgeries.length,
      value: taken.length,
      unit: 'forged receipts accepted',
      target: '=0',
      ok: taken.length === 0,
    })
    expect(taken).toEqual([])
  })

  it('S-45: a report with a field that is not on the list does not leave', async () => {
    const canary = '420106199001011234'
    const places: readonly ((text: string) => object)[] = [
      (text) => ({ note: text }),
      (text) => ({ org: { ...report.org, phone: text } }),
      (text) => ({ counts: { ...report.counts, abnormalNames: text } }),
      (text) => ({ counts: { ...report.counts, registered: text } }),
      (text) => ({ members: [{ name: text }] }),
      (text) => ({ kind: 'health', counts: { ...report.counts, idNumber: text } }),
      (text) => ({ org: { ...report.org, corpId: text.repeat(9) } }),
      (text) => ({ day: text }),
      (text) => ({ madeAt: text }),
      (text) => ({ reportId: text }),
      (text) => ({ automatic: text }),
      (text) => ({ sequence: text }),
    ]
    for (const place of places) {
      // A fault of ours, as no type would let it through.
      const leaking = { ...report, ...place(canary) } as unknown as GovernmentReport
      await expect(government().submit(leaking)).rejects.toThrow('not on the list')
    }
    const out = seen.filter(({ body, headers }) => `${body}${JSON.stringify(headers)}`.includes(canary))
    figure({
      id: 'S-45',
      n: places.length,
      value: out.length,
      unit: 'fields beyond the list that left',
      target: '=0',
      ok: out.length === 0,
    })
    expect(seen).toEqual([])
  })

  it('R-13: the same report sent again is the same to the byte under the same key', async () => {
    const port = government()
    await port.submit(report)
    await port.submit({ ...report })
    expect(seen[1]?.body).toBe(seen[0]?.body)
    expect(seen[1]?.headers[governmentHeaders.idempotencyKey]).toBe(report.reportId)
  })

  it('reads Retry-After as a date, too', () => {
    const now = Date.parse('2026-03-02T00:00:00Z')
    expect(retryAfterMs('Mon, 02 Mar 2026 00:01:00 GMT', now)).toBe(60_000)
    expect(retryAfterMs('soon', now)).toBeNull()
  })
})

it('the signature example of docs/government-api.md is right', () => {
  const page = readFileSync(new URL('../../../../docs/government-api.md', import.meta.url), 'utf8')
  const value = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(page)?.[1] ?? `no ${name}`
  const body = value('body')
  const key = { id: value('key id'), signatures: hmacSha256(value('secret')) }
  const headers = signedHeaders(key, value('idempotency-key'), body, value('timestamp'))
  expect(value('sha256 of the body')).toBe(createHash('sha256').update(body).digest('hex'))
  expect(value('signature')).toBe(headers[governmentHeaders.signature])
  const receiptSha256 = createHash('sha256').update(receiptText).digest('hex')
  const parts = {
    keyId: value('key id'),
    idempotencyKey: value('idempotency-key'),
    bodyHash: receiptSha256,
  }
  expect(value('receipt signature')).toBe(
    createHmac('sha256', value('secret')).update(governmentReceiptTextToSign(parts)).digest('hex'),
  )
})

it('R-14: never calls faster than the endpoint was said to bear', async () => {
  const perSecond = 20
  const calls = 12
  const paced = httpGovernment(
    {
      GOVERNMENT_URL: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`,
      GOVERNMENT_KEY_ID: 'k1',
      GOVERNMENT_SECRET: secret,
      GOVERNMENT_CALLS_PER_SECOND: perSecond,
    },
    clock,
  )
  const from = performance.now()
  await Promise.all(Array.from({ length: calls }, () => paced.submit(report)))
  expect(performance.now() - from).toBeGreaterThanOrEqual(((calls - 1) * 1_000) / perSecond - 20)
})

describe('R-19: the list of receipts', () => {
  const line = {
    reportId: report.reportId,
    corpId: 'ding1',
    kind: 'employment',
    day: '2026-03-02',
    sequence: 1,
    bodyHash: 'a'.repeat(64),
    receiptNo: 'R-1',
  }
  const day = civilDate('2026-03-02')
  /** Signed for the call that asked. */
  const listed =
    (page: unknown, signedBy = secret) =>
    (response: ServerResponse) => {
      const idempotencyKey = String(seen.at(-1)?.headers[governmentHeaders.idempotencyKey])
      sealed(JSON.stringify(page), signedBy, { idempotencyKey })(response)
    }

  it('is asked for page by page, signed over what is asked', async () => {
    answer = listed({ items: [line], next: 'p/2' })
    expect(await government().taken(day, 'p/1')).toEqual({ items: [line], next: 'p/2' })
    const header = (name: string) => String(seen[0]?.headers[name])
    const parts = {
      keyId: 'k1',
      timestamp: header(governmentHeaders.timestamp),
      idempotencyKey: header(governmentHeaders.idempotencyKey),
      bodyHash: createHash('sha256').update('/v1/receipts?day=2026-03-02&after=p%2F1').digest('hex'),
    }
    const signature = createHmac('sha256', secret).update(governmentTextToSign(parts)).digest('hex')
    expect(header(governmentHeaders.signature)).toBe(signature)
  })

  it('may not be kept at all', async () => {
    answer = json(404, {})
    expect(await government().taken(day, null)).toBeNull()
  })

  it.each([
    ['is signed by another', listed({ items: [], next: null }, 'another')],
    ['has another shape', listed({ items: [{ ...line, sequence: 0 }], next: null })],
    ['is not given now', json(503, {})],
    ['is refused', json(401, {})],
  ])('says nothing when it %s', async (_how, how) => {
    answer = how
    await expect(government().taken(day, null)).rejects.toThrow(GovernmentUnavailable)
  })

  it('is compared by the bytes a report is sent as', async () => {
    await government().submit(report)
    expect(government().digestOf(report)).toBe(
      createHash('sha256')
        .update(seen[0]?.body ?? '')
        .digest('hex'),
    )
  })
})

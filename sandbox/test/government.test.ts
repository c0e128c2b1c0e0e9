import { createHash, randomUUID } from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'
import { afterEach, describe, expect, it } from 'vitest'
import {
  governmentReceiptTextToSign,
  governmentTakenTarget,
  governmentTextToSign,
  type GovernmentReport,
  type GovernmentTakenReport,
} from '@kangbao/shared/contracts/government.ts'
import { hmacHex, sha256Hex } from '../src/signature.ts'
import { governmentSecret, newWorld, receiverPair, senderPair } from './world.ts'

const world = newWorld()

type HealthReport = Extract<GovernmentReport, { kind: 'health' }>

const health = (over: Partial<HealthReport> = {}): HealthReport => ({
  schema: 'kangbao.report/1',
  kind: 'health',
  reportId: randomUUID(),
  org: { corpId: `ding${randomUUID()}`, name: '郑州测试企业' },
  day: '2026-03-02',
  sequence: 1,
  madeAt: '2026-03-02T09:00:00Z',
  automatic: false,
  counts: { totalMembers: 300, collected: 280, notCollected: 20, abnormal: 3, fever: 1 },
  ...over,
})

interface Tamper {
  readonly key?: string
  readonly secret?: string
  readonly timestamp?: string
  readonly body?: string
}

function signed(report: GovernmentReport, tamper: Tamper = {}) {
  const signedBody = JSON.stringify(report)
  const keyId = 'test-key'
  const timestamp = tamper.timestamp ?? world.deps.clock.now().toISOString()
  const idempotencyKey = tamper.key ?? report.reportId
  const text = governmentTextToSign({ keyId, timestamp, idempotencyKey, bodyHash: sha256Hex(signedBody) })
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
    'x-kangbao-key-id': keyId,
    'x-kangbao-timestamp': timestamp,
    'x-kangbao-signature': hmacHex(tamper.secret ?? governmentSecret, text),
  }
  return { method: 'POST', headers, body: tamper.body ?? signedBody } as const
}

function send(report: GovernmentReport, tamper: Tamper = {}) {
  const { method, headers, body } = signed(report, tamper)
  return world.app.inject({ method, url: '/v1/reports', headers, payload: body })
}

const tell = (behaviour: object) =>
  world.app.inject({ method: 'POST', url: '/government/behaviour', payload: behaviour })

const reportsOf = async (corpId: string): Promise<Record<string, unknown>[]> =>
  (await world.app.inject(`/v1/reports?corpId=${corpId}`)).json().reports

afterEach(async () => {
  await tell({ mode: 'ok' })
  world.deps.clock.set(null)
})

describe('government receiver', () => {
  it('Z-44: takes a signed report once; the same again gets the same receipt and counts one', async () => {
    const report = health()
    const first = await send(report)
    const second = await send(report)
    expect(first.json()).toEqual({
      receiptNo: expect.stringMatching(/^JK-\d{8}-[0-9A-F]{12}$/),
      status: 'accepted',
    })
    expect([second.statusCode, second.json()]).toEqual([200, first.json()])
    expect(await reportsOf(report.org.corpId)).toMatchObject([
      { attempts: 2, counts: report.counts, day: '2026-03-02' },
    ])
  })

  it('answers 409 to another body under a used key', async () => {
    const report = health()
    await send(report)
    const other = await send({ ...report, counts: { ...report.counts, fever: 2 } })
    expect([other.statusCode, other.json().code]).toEqual([409, 'idempotency-key.reused'])
    expect(await reportsOf(report.org.corpId)).toMatchObject([{ counts: report.counts }])
  })

  it('takes the same key arriving ten times at once as one report', async () => {
    const report = health()
    const all = await Promise.all(Array.from({ length: 10 }, () => send(report)))
    expect(new Set(all.map((answer) => answer.json().receiptNo)).size).toBe(1)
    expect(await reportsOf(report.org.corpId)).toMatchObject([{ attempts: 10 }])
  })

  it.each<{ name: string; tamper: Tamper; status: number; code: string }>([
    { name: 'another secret', tamper: { secret: 'x'.repeat(20) }, status: 401, code: 'signature.invalid' },
    { name: 'a body changed on the way', tamper: { body: '{}' }, status: 401, code: 'signature.invalid' },
    {
      name: 'a clock six minutes off',
      tamper: { timestamp: new Date(Date.now() - 360_000).toISOString() },
      status: 401,
      code: 'timestamp.out-of-window',
    },
    {
      name: 'a timestamp that is none',
      tamper: { timestamp: 'soon' },
      status: 401,
      code: 'timestamp.out-of-window',
    },
    {
      name: 'a key that is not the report’s',
      tamper: { key: randomUUID() },
      status: 400,
      code: 'idempotency-key.mismatch',
    },
  ])('refuses $name and keeps nothing', async ({ tamper, status, code }) => {
    const report = health()
    const answer = await send(report, tamper)
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
    expect(await reportsOf(report.org.corpId)).toEqual([])
  })

  it('refuses counts that are missing, negative or more than the schema names', async () => {
    for (const counts of [{}, { ...health().counts, fever: -1 }, { ...health().counts, name: '张三' }]) {
      // A sender in another language is not held by our types.
      const report = JSON.parse(JSON.stringify({ ...health(), counts }))
      const answer = (await send(report)).json()
      expect(answer.code).toBe('report.invalid')
      expect(answer.detail).toMatch(/^\/counts/)
    }
  })

  it('Z-44: numbers each org and kind apart and flags a gap and a late one', async () => {
    const org = { corpId: `ding${randomUUID()}`, name: '次序企业' }
    for (const sequence of [1, 3, 2, 4]) await send(health({ org, sequence }))
    const stored = await reportsOf(org.corpId)
    expect(stored.map((row) => [row['sequence'], row['orderState']]).reverse()).toEqual([
      [1, 'in-order'],
      [3, 'gap'],
      [2, 'late'],
      [4, 'in-order'],
    ])
  })

  it('fails as told for so many calls, with a time to come back, then works again', async () => {
    await tell({ mode: 'fail', status: 429, retryAfterSeconds: 7, times: 2 })
    const report = health()
    const answers = [await send(report), await send(report), await send(report)]
    expect(answers.map((answer) => answer.statusCode)).toEqual([429, 429, 200])
    expect(answers[0]?.headers['retry-after']).toBe('7')
  })

  it('is down for an hour of the moved clock and up again after', async () => {
    await tell({ mode: 'fail', forMs: 3_600_000 })
    expect((await send(health())).statusCode).toBe(503)
    await world.app.inject({ method: 'POST', url: '/__clock', payload: { advanceMs: 3_600_000 } })
    expect((await send(health())).statusCode).toBe(200)
  })

  it('refuses as told and keeps nothing', async () => {
    await tell({ mode: 'refuse', code: 'org.unknown', detail: '单位未备案' })
    const report = health()
    const answer = await send(report)
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({ code: 'org.unknown', detail: '单位未备案' })
    expect(await reportsOf(report.org.corpId)).toEqual([])
  })

  it('cuts the line after taking the report, so that the repeat counts once', async () => {
    await tell({ mode: 'cut', times: 1 })
    const report = health()
    const address = await world.app.listen({ port: 0, host: '127.0.0.1' })
    await expect(fetch(`${address}/v1/reports`, signed(report))).rejects.toThrow('fetch failed')
    expect((await send(report)).statusCode).toBe(200)
    expect(await reportsOf(report.org.corpId)).toMatchObject([{ attempts: 2 }])
  })

  it.each(['delay', 'slow'])('answers in full, only later, when told to %s', async (mode) => {
    await tell({ mode, delayMs: 300, times: 1 })
    const startedAt = performance.now()
    const answer = await send(health())
    expect(answer.json().status).toBe('accepted')
    expect(performance.now() - startedAt).toBeGreaterThan(250)
  })

  it('shows what came in, in Chinese and English, and escapes names', async () => {
    const report = health({ org: { corpId: `ding${randomUUID()}`, name: '<script>alert(1)</script>' } })
    const receipt = (await send(report)).json()
    const chinese = await world.app.inject('/government')
    expect(chinese.body).toContain(receipt.receiptNo)
    expect(chinese.body).toContain('政务接收端')
    expect(chinese.body).not.toContain('<script>alert')
    const english = await world.app.inject('/government?lang=en')
    expect(english.body).toContain('Government receiver')
    expect(english.headers['set-cookie']).toContain('sandbox_lang=en')
  })

  it('does not take a button pressed by another site', async () => {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/government/behaviour',
      headers: { 'sec-fetch-site': 'cross-site' },
      payload: { mode: 'fail' },
    })
    expect(answer.statusCode).toBe(403)
  })
})

describe('S-30: receipts', () => {
  const signatureOf = (keyId: string, idempotencyKey: string, text: string) =>
    hmacHex(
      governmentSecret,
      governmentReceiptTextToSign({ keyId, idempotencyKey, bodyHash: sha256Hex(text) }),
    )

  it('are signed for the report they answer, repeats too; told to forge, they are not', async () => {
    const report = health()
    for (const mode of ['ok', 'ok', 'forge']) {
      await tell({ mode })
      const { statusCode, body, headers } = await send(report)
      expect(statusCode).toBe(200)
      const isOurs = headers['x-kangbao-receipt-signature'] === signatureOf('test-key', report.reportId, body)
      expect([mode, isOurs]).toEqual([mode, mode === 'ok'])
    }
  })
})

describe('Z-44: keys of GB/T 32918', () => {
  const sm3Hex = (text: string) => createHash('sm3').update(text).digest('hex')

  function sendBySm2(
    report: GovernmentReport,
    { suite = 'sm2-sm3', privateKey = senderPair.privateKey } = {},
  ) {
    const body = JSON.stringify(report)
    const timestamp = world.deps.clock.now().toISOString()
    const text = governmentTextToSign({
      keyId: 'sm2-key',
      timestamp,
      idempotencyKey: report.reportId,
      bodyHash: sm3Hex(body),
    })
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': report.reportId,
      'x-kangbao-key-id': 'sm2-key',
      'x-kangbao-timestamp': timestamp,
      'x-kangbao-signature-suite': suite,
      'x-kangbao-signature': sm2.doSignature(text, privateKey, { hash: true }),
    }
    return world.app.inject({ method: 'POST', url: '/v1/reports', headers, payload: body })
  }

  it('sign calls and receipts instead of a secret', async () => {
    const report = health()
    const { statusCode, body, headers } = await sendBySm2(report)
    expect(statusCode).toBe(200)
    const text = governmentReceiptTextToSign({
      keyId: 'sm2-key',
      idempotencyKey: report.reportId,
      bodyHash: sm3Hex(body),
    })
    const signature = String(headers['x-kangbao-receipt-signature'])
    expect(sm2.doVerifySignature(text, signature, receiverPair.publicKey, { hash: true })).toBe(true)
  })

  it.each([
    ['by another key', { privateKey: receiverPair.privateKey }],
    ['under the name of another suite', { suite: 'hmac-sha256' }],
  ])('a call signed %s is refused', async (_how, over) => {
    const answer = await sendBySm2(health(), over)
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'signature.invalid'])
  })
})

describe('R-19: the list of receipts', () => {
  async function list(target: string, keyId = 'test-key', secret = governmentSecret) {
    const timestamp = world.deps.clock.now().toISOString()
    const idempotencyKey = randomUUID()
    const text = governmentTextToSign({ keyId, timestamp, idempotencyKey, bodyHash: sha256Hex(target) })
    const headers = {
      'idempotency-key': idempotencyKey,
      'x-kangbao-key-id': keyId,
      'x-kangbao-timestamp': timestamp,
      'x-kangbao-signature': hmacHex(secret, text),
    }
    const answer = await world.app.inject({ method: 'GET', url: target, headers })
    const bodyHash = sha256Hex(answer.body)
    const seal = hmacHex(secret, governmentReceiptTextToSign({ keyId, idempotencyKey, bodyHash }))
    return {
      ...answer,
      isSealed: answer.headers['x-kangbao-receipt-signature'] === seal,
      body: answer.json(),
    }
  }

  it('shows a sender what it brought for a day, page by page, and signs it', async () => {
    const day = '2026-02-01'
    const corpId = `ding${randomUUID()}`
    const reports = Array.from({ length: 1_001 }, (_, i) =>
      health({ day, sequence: i + 1, org: { corpId, name: '郑州测试企业' } }),
    )
    for (const report of reports) await send(report)
    const first = await list(governmentTakenTarget(day, null))
    expect(first.isSealed).toBe(true)
    const { items, next } = first.body
    const second = await list(governmentTakenTarget(day, next))
    expect([items.length, second.body.items.length, second.body.next]).toEqual([1_000, 1, null])
    const all: GovernmentTakenReport[] = [...items, ...second.body.items]
    expect(all.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
      reports.map(({ sequence }) => sequence),
    )
    const [report] = reports
    expect(all.find(({ reportId }) => reportId === report?.reportId)).toMatchObject({
      corpId,
      bodyHash: sha256Hex(JSON.stringify(report)),
      receiptNo: expect.stringMatching(/^JK-/),
    })
  })

  it('is for the sender alone', async () => {
    const report = health({ day: '2026-02-03' })
    await send(report)
    const target = governmentTakenTarget(report.day, null)
    const forged = await list(target, 'test-key', 'another secret of somebody')
    expect([forged.statusCode, forged.body.code]).toEqual([401, 'signature.invalid'])
    await world.deps.database.query(`update government_reports set key_id = 'another' where day = $1`, [
      report.day,
    ])
    expect((await list(target)).body).toEqual({ items: [], next: null })
  })
})

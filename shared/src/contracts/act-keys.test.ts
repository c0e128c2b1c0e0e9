import { expect, it } from 'vitest'
import { actKeys } from './act-keys.ts'
import { createClient, ProblemError, UnreachableError } from './client.ts'
import { fileSubmission } from './submissions.ts'
import { sendReport } from './reports.ts'

const body = { params: { kind: 'health' as const } }

/** A server that answers what it is told to, and remembers the keys it was sent. */
function serverThat(answer: (call: number) => Response | Error) {
  const keys: (string | null)[] = []
  const client = createClient({
    baseUrl: '/api',
    token: () => 'token',
    fetch: (_url, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'))
      const next = answer(keys.length)
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
    },
  })
  return { client, keys }
}
const ok = () => Response.json({})
const refused = (status: number, code: string) =>
  Response.json({ title: '', status, code, details: {}, requestId: '' }, { status })

it('R-07: a double tap has one key, what comes after the answer another', async () => {
  const { client, keys } = serverThat(ok)
  await Promise.all([client.call(sendReport, body), client.call(sendReport, body)])
  await client.call(sendReport, body)
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})

it.each([
  ['no answer came', () => new TypeError('no network'), UnreachableError, true],
  ['the server failed', () => refused(503, 'server.unavailable'), ProblemError, true],
  ['the act is still being done', () => refused(409, 'idempotency-key.busy'), ProblemError, true],
  ['it was refused', () => refused(409, 'report.nothing-new'), ProblemError, false],
])('R-07: tried again when %s', async (_what, first, error, isSame) => {
  const { client, keys } = serverThat((call) => (call === 1 ? first() : ok()))
  await expect(client.call(sendReport, body)).rejects.toThrow(error)
  await client.call(sendReport, body)
  expect(keys[1] === keys[0]).toBe(isSame)
})

it('R-07: another act has another key, and filing has none', async () => {
  const { client, keys } = serverThat(() => new TypeError('no network'))
  await client.call(sendReport, body).catch(() => undefined)
  await client.call(sendReport, { params: { kind: 'employment' } }).catch(() => undefined)
  await client
    .call(fileSubmission, { params: { formId: 'f', period: 'once' }, body: { answers: {} } })
    .catch(() => undefined)
  expect(new Set(keys).size).toBe(3)
  expect(keys[2]).toBeNull()
})

it('R-07: what was asked long ago is another act', () => {
  let now = 0
  const acts = actKeys(() => now)
  const key = acts.keyOf('act')
  now = 599_000
  expect(acts.keyOf('act')).toBe(key)
  now = 600_000
  expect(acts.keyOf('act')).not.toBe(key)
})

import fc from 'fast-check'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { createClient, type Client } from '@kangbao/shared/contracts/client.ts'
import { useSession } from '../session/session-store.ts'
import { sessionOf } from '../testing/mount-page.ts'
import { useSealed } from '../storage/sealed-storage.ts'
import { useFilingQueue } from './filing-queue.ts'

const seed = 20_260_305
const runs = 100

/** What may fall away between the phone and the server. */
type Fate = 'arrives' | 'request lost' | 'reply lost' | 'nobody behind the proxy'
type Step =
  | { readonly do: 'file'; readonly period: string; readonly temperature: number; readonly fate: Fate }
  | { readonly do: 'flush'; readonly fates: readonly Fate[] }
  | { readonly do: 'page closed' }

const fate = fc.constantFrom<Fate>('arrives', 'request lost', 'reply lost', 'nobody behind the proxy')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('file' as const),
      period: fc.constantFrom('2026-11-23', '2026-11-24', 'once'),
      temperature: fc.integer({ min: 350, max: 420 }),
      fate,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('flush' as const), fates: fc.array(fate, { maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'page closed' as const }) },
)

/** Keeps one answer for each period with its revisions, as the server does, behind a line that may drop either way. */
function serverBehind(line: { fates: Fate[] }) {
  const answers = new Map<string, unknown>()
  const revisions = new Map<string, number>()
  const fetch: typeof globalThis.fetch = async (ask, how) => {
    const url = String(ask)
    if (url.endsWith('/device-key')) return Response.json({ key: btoa('k'.repeat(32)) })
    const next = line.fates.shift() ?? 'arrives'
    if (next === 'request lost') throw new TypeError('network')
    if (next === 'nobody behind the proxy') return new Response('bad gateway', { status: 502 })
    const period = /\/forms\/of-([^/]+)\//.exec(url)?.[1] ?? ''
    if (how?.method === 'PUT') {
      const { answers: given } = JSON.parse(String(how.body)) as { answers: unknown }
      answers.set(period, given)
      revisions.set(period, (revisions.get(period) ?? 0) + 1)
    }
    if (next === 'reply lost') throw new TypeError('network')
    const receipt = {
      number: `no-${period}`,
      period,
      formId: `of-${period}`,
      revision: revisions.get(period) ?? 0,
    }
    if (how?.method === 'PUT') return Response.json(receipt)
    return Response.json({
      period,
      mine: answers.has(period) ? { receipt, answers: answers.get(period) } : null,
    })
  }
  const api = createClient({ baseUrl: '/api', fetch, token: () => 'token' })
  return { answers, revisions, api }
}

async function openPage(api: Client): Promise<void> {
  setActivePinia(createPinia())
  useSession().begin(sessionOf('member', 'm1'))
  await useSealed().prepare(api)
}

async function lives(steps: readonly Step[]): Promise<void> {
  localStorage.clear()
  const line: { fates: Fate[] } = { fates: [] }
  const { answers, revisions, api } = serverBehind(line)
  const meant = new Map<string, unknown>()
  const given = new Map<string, number>()
  await openPage(api)
  for (const each of steps) {
    if (each.do === 'page closed') await openPage(api)
    else if (each.do === 'flush') {
      line.fates = [...each.fates]
      await useFilingQueue().flush(api)
    } else {
      const filing = {
        formId: `of-${each.period}`,
        period: each.period,
        answers: { temperature: each.temperature / 10 },
        carried: [],
      }
      line.fates = [each.fate]
      meant.set(each.period, filing.answers)
      given.set(each.period, (given.get(each.period) ?? 0) + 1)
      const { state } = await useFilingQueue().file(api, filing)
      // What the person is told holds: received means that the server has these very answers.
      if (state === 'received') expect(answers.get(each.period)).toEqual(filing.answers)
      else expect([state, useFilingQueue().waitsFor(filing.formId, each.period)]).toEqual(['waiting', true])
    }
  }
  line.fates = []
  await openPage(api)
  await useFilingQueue().flush(api)
  expect(answers).toEqual(meant)
  // Nothing is stored twice because a reply was lost: there are no more revisions than the person gave.
  for (const [period, count] of revisions) expect(count).toBeLessThanOrEqual(given.get(period) ?? 0)
  expect(useFilingQueue().waiting).toEqual([])
  expect(Object.keys(localStorage)).toEqual([])
}

it('R-07, X-10: whatever falls away, requests, replies or the page itself, each filing ends as one answer: the last one given', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), lives), { seed, numRuns: runs })
}, 120_000)

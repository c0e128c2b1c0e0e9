import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { ProblemError, UnreachableError } from '@kangbao/shared/contracts/client.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { useSession } from '../session/session-store.ts'
import { forgetEverything } from '../storage/personal-storage.ts'
import { fakeApi, sessionOf } from '../testing/mount-page.ts'
import { useDrafts } from './drafts.ts'
import { useFilingQueue } from './filing-queue.ts'

const filing = { formId: 'f1', period: '2026-11-23', answers: { temperature: 36.5 }, carried: ['place'] }
const receipt = { number: '0001', period: '2026-11-23' }
const problem = (code: string, status: number) =>
  new ProblemError({ title: '', status, code, details: {}, requestId: 'r' })

function apiThat(answer: () => unknown) {
  return fakeApi([[fileSubmission, answer]])
}
function signInAs(memberId: string): void {
  setActivePinia(createPinia())
  useSession().begin(sessionOf('member', memberId))
}
beforeEach(() => {
  localStorage.clear()
  signInAs('m1')
})

describe('Z-34: drafts', () => {
  it('survive the page, per member, form and period', () => {
    useDrafts().save('f1', '2026-11-23', { answers: { a: '1' }, carried: [] })
    signInAs('m1')
    expect(useDrafts().read('f1', '2026-11-23')).toEqual({ answers: { a: '1' }, carried: [] })
    expect(useDrafts().read('f1', '2026-11-24')).toBeNull()
    signInAs('m2')
    expect(useDrafts().read('f1', '2026-11-23')).toBeNull()
  })

  it('go with the session, and a newer day replaces an older one', () => {
    useDrafts().save('f1', '2026-11-22', { answers: { a: '1' }, carried: [] })
    useDrafts().save('f1', '2026-11-23', { answers: { a: '2' }, carried: [] })
    expect(useDrafts().read('f1', '2026-11-22')).toBeNull()
    forgetEverything('m1')
    expect(useDrafts().read('f1', '2026-11-23')).toBeNull()
  })
})

describe('X-10: filings wait for the network', () => {
  it('is received at once when the server answers', async () => {
    const { api, calls } = apiThat(() => receipt)
    const queue = useFilingQueue()
    expect(await queue.file(api, filing)).toEqual({ state: 'received', receipt })
    expect(queue.waitsFor('f1', '2026-11-23')).toBe(false)
    expect(calls[0]?.input).toEqual({
      params: { formId: 'f1', period: '2026-11-23' },
      body: { answers: { temperature: 36.5 }, carried: ['place'] },
    })
  })

  it('is kept without a network, survives the page, and is sent once when it is back', async () => {
    const offline = apiThat(() => {
      throw new UnreachableError('none')
    })
    expect(await useFilingQueue().file(offline.api, filing)).toEqual({ state: 'waiting' })
    signInAs('m1')
    const queue = useFilingQueue()
    queue.open()
    expect(queue.waitsFor('f1', '2026-11-23')).toBe(true)
    const online = apiThat(() => receipt)
    await Promise.all([queue.flush(online.api), queue.flush(online.api)])
    expect(online.calls).toHaveLength(1)
    expect(queue.outcomeOf('f1', '2026-11-23')).toEqual({ state: 'received', receipt })
    expect(queue.waitsFor('f1', '2026-11-23')).toBe(false)
  })

  it('keeps only the newest answer for a period', async () => {
    const offline = apiThat(() => {
      throw new UnreachableError('none')
    })
    const queue = useFilingQueue()
    await queue.file(offline.api, filing)
    await queue.file(offline.api, { ...filing, answers: { temperature: 37.5 } })
    expect(queue.waiting).toHaveLength(1)
    expect(queue.waiting[0]?.answers).toEqual({ temperature: 37.5 })
  })

  it.each([
    { code: 'answers.invalid', status: 422, state: 'refused' },
    { code: 'form.closed', status: 409, state: 'refused' },
    { code: 'server.overloaded', status: 503, state: 'waiting' },
    { code: 'session.expired', status: 401, state: 'waiting' },
  ])('$code is $state', async ({ code, status, state }) => {
    const { api } = apiThat(() => {
      throw problem(code, status)
    })
    expect((await useFilingQueue().file(api, filing)).state).toBe(state)
  })

  it('never sends one member’s filing as another', async () => {
    const offline = apiThat(() => {
      throw new UnreachableError('none')
    })
    await useFilingQueue().file(offline.api, filing)
    signInAs('m2')
    const online = apiThat(() => receipt)
    await useFilingQueue().flush(online.api)
    expect(online.calls).toHaveLength(0)
  })
})

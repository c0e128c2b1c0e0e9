import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ProblemError, UnreachableError, type Client } from '@kangbao/shared/contracts/client.ts'
import { getDeviceKey } from '@kangbao/shared/contracts/sessions.ts'
import { fileSubmission, getFilling } from '@kangbao/shared/contracts/submissions.ts'
import { useSession } from '../session/session-store.ts'
import { forgetEverything, personalNames } from '../storage/personal-storage.ts'
import { useSealed } from '../storage/sealed-storage.ts'
import { fakeApi, sessionOf } from '../testing/mount-page.ts'
import { useDrafts } from './drafts.ts'
import { useFilingQueue } from './filing-queue.ts'

const day = '2026-11-23'
const filing = { formId: 'f1', period: day, answers: { temperature: 36.5 }, carried: ['place'] }
const receipt = { number: '0001', period: day }
const problem = (code: string, status: number) =>
  new ProblemError({ title: '', status, code, details: {}, requestId: 'r' })
const unreachable = () => {
  throw new UnreachableError('none')
}

/** What the server gives for this member; anything 32 bytes long. */
const keyOf = (memberId: string) => ({ key: btoa(memberId.padEnd(32, '.')) })

function apiThat(answer: () => unknown, key: () => unknown = () => keyOf(useSession().member?.id ?? '')) {
  const { api, calls } = fakeApi([
    [fileSubmission, answer],
    [getFilling, () => ({ period: day, mine: null })],
    [getDeviceKey, key],
  ])
  return { api, filings: () => calls.filter(({ contract }) => contract === fileSubmission) }
}
/** A page opened anew by this member. */
function signInAs(memberId: string): void {
  setActivePinia(createPinia())
  useSession().begin(sessionOf('member', memberId))
}
const draftOf = (words: string) => ({ answers: { words }, carried: [] })
async function saved(api: Client, words: string): Promise<void> {
  useDrafts().save(api, 'f1', day, draftOf(words))
  await vi.waitFor(() => expect(personalNames('m1')).toContain('draft:f1'))
}
const everything = () => JSON.stringify({ ...localStorage, ...sessionStorage })

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  signInAs('m1')
})

describe('Z-34: drafts', () => {
  it('survive the page, per member, form and period', async () => {
    const { api } = apiThat(() => receipt)
    await saved(api, '1')
    signInAs('m1')
    expect(await useDrafts().read(api, 'f1', day)).toEqual(draftOf('1'))
    expect(await useDrafts().read(api, 'f1', '2026-11-24')).toBeNull()
    expect(await useDrafts().read(api, 'f2', day)).toBeNull()
  })

  it('keep the last letter typed, however fast the others came', async () => {
    const { api } = apiThat(() => receipt)
    const text = 'a quick letter after the other'
    for (let end = 1; end <= text.length; end += 1)
      useDrafts().save(api, 'f1', day, draftOf(text.slice(0, end)))
    expect(await useDrafts().read(api, 'f1', day)).toEqual(draftOf(text))
    await vi.waitFor(async () => {
      signInAs('m1')
      expect(await useDrafts().read(api, 'f1', day)).toEqual(draftOf(text))
    })
  })

  it('are not overwritten while the key cannot be had', async () => {
    await saved(apiThat(() => receipt).api, '1')
    signInAs('m1')
    const { api } = apiThat(() => receipt, unreachable)
    await expect(useDrafts().read(api, 'f1', day)).rejects.toThrow(UnreachableError)
  })

  it('are kept in memory until the key comes', async () => {
    vi.useFakeTimers()
    let isThere = false
    const { api } = apiThat(
      () => receipt,
      () => (isThere ? keyOf('m1') : unreachable()),
    )
    useDrafts().save(api, 'f1', day, draftOf('1'))
    await vi.advanceTimersByTimeAsync(6_000)
    expect(personalNames('m1')).toEqual([])
    expect(await useDrafts().read(api, 'f1', day)).toEqual(draftOf('1'))
    isThere = true
    await vi.advanceTimersByTimeAsync(6_000)
    vi.useRealTimers()
    await vi.waitFor(() => expect(personalNames('m1')).toEqual(['draft:f1']))
  })
})

describe('S-78: what is kept on the phone', () => {
  const canary = '咳嗽三天-410105199001010011-13800001111'

  it('lies sealed: no store of the browser shows it, only the session of the same member opens it', async () => {
    const { api } = apiThat(unreachable)
    await saved(api, canary)
    await useFilingQueue().file(api, { ...filing, answers: { words: canary } })
    expect(personalNames('m1').toSorted()).toEqual(['draft:f1', `filing:f1:${day}`])
    expect(canary.split('-').filter((part) => everything().includes(part))).toEqual([])
    expect(everything()).not.toContain(btoa('m1'.padEnd(32, '.')))
    // Another key, as another member is given: nothing opens.
    signInAs('m1')
    const other = apiThat(unreachable, () => keyOf('m2')).api
    expect(await useDrafts().read(other, 'f1', day)).toBeNull()
  })

  it('does not open at another place: a draft cannot be passed off as that of another form', async () => {
    const { api } = apiThat(() => receipt)
    await saved(api, canary)
    const [name] = Object.keys(localStorage)
    localStorage.setItem(name?.replace('f1', 'f2') ?? '', localStorage.getItem(name ?? '') ?? '')
    expect(await useDrafts().read(api, 'f2', day)).toBeNull()
  })

  it('goes when another member signs in, and what earlier versions left readable with it', async () => {
    const { api } = apiThat(unreachable)
    await saved(api, canary)
    await useFilingQueue().file(api, filing)
    localStorage.setItem('kangbao:personal:v1:m2:drafts', canary)
    signInAs('m2')
    expect(Object.keys(localStorage)).toEqual([])
    expect(await useDrafts().read(api, 'f1', day)).toBeNull()
  })

  it('goes with the session, and no seal on its way puts it back', async () => {
    const { api } = apiThat(() => receipt)
    await saved(api, canary)
    const underWay = useSealed().write(api, 'draft:f1', 'one letter more')
    forgetEverything('m1')
    useSession().end()
    await underWay
    expect(Object.keys(localStorage)).toEqual([])
  })

  it('is discarded for good', async () => {
    const { api } = apiThat(() => receipt)
    await saved(api, canary)
    const underWay = useSealed().write(api, 'draft:f1', 'one letter more')
    useDrafts().discard('f1')
    await underWay
    expect(Object.keys(localStorage)).toEqual([])
    expect(await useDrafts().read(api, 'f1', day)).toBeNull()
  })

  it('names and numbers of the session lie in no store; the tokens end with the tab', () => {
    useSession().open('forms', 'c1', true)
    useSession().begin(sessionOf('member', 'm1'))
    expect(sessionStorage.length).toBe(1)
    expect(everything()).not.toContain('王晓梅')
    setActivePinia(createPinia())
    useSession().open('forms', 'c1', true)
    expect(useSession().session?.token).toBe('token')
    expect(useSession().me).toBeNull()
  })
})

describe('X-10: filings wait for the network', () => {
  it('is received at once when the server answers', async () => {
    const { api, filings } = apiThat(() => receipt)
    const queue = useFilingQueue()
    expect(await queue.file(api, filing)).toEqual({ state: 'received', receipt })
    expect(queue.waitsFor('f1', '2026-11-23')).toBe(false)
    expect(filings()[0]?.input).toEqual({
      params: { formId: 'f1', period: '2026-11-23' },
      body: { answers: { temperature: 36.5 }, carried: ['place'] },
    })
  })

  it('is kept without a network, survives the page, and is sent once when it is back', async () => {
    const offline = apiThat(unreachable)
    await useDrafts().prepare(offline.api) // as the page does when it opens
    expect(await useFilingQueue().file(offline.api, filing)).toEqual({ state: 'waiting' })
    signInAs('m1')
    const queue = useFilingQueue()
    const online = apiThat(() => receipt)
    await queue.open(online.api)
    expect(queue.waitsFor('f1', '2026-11-23')).toBe(true)
    await Promise.all([queue.flush(online.api), queue.flush(online.api)])
    expect(online.filings()).toHaveLength(1)
    expect(queue.outcomeOf('f1', '2026-11-23')).toEqual({ state: 'received', receipt })
    expect(queue.waitsFor('f1', '2026-11-23')).toBe(false)
  })

  it('keeps only the newest answer for a period', async () => {
    const offline = apiThat(unreachable)
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
    const offline = apiThat(unreachable)
    await useFilingQueue().file(offline.api, filing)
    signInAs('m2')
    const online = apiThat(() => receipt)
    await useFilingQueue().flush(online.api)
    expect(online.filings()).toHaveLength(0)
  })
})

import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createClient, UnreachableError } from '@kangbao/shared/contracts/client.ts'
import {
  fileSubmission,
  getFilling,
  listMyForms,
  type Filling,
} from '@kangbao/shared/contracts/submissions.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { readEnvironment } from '../host/environment.ts'
import { useSession } from '../session/session-store.ts'
import { useSignIn } from '../session/sign-in.ts'
import { personalKey } from '../storage/personal-storage.ts'
import { noBridge, sessionOf } from '../testing/mount-page.ts'
import { isAway, keepingFetch } from './kept-fetch.ts'
import { hear } from './kept-replies.ts'

/** happy-dom has no database; keys and bytes lie here, beyond what a page can read of a key. */
const device = vi.hoisted(() => ({
  bytes: new Map<string, Uint8Array>(),
  handles: new Map<string, CryptoKey>(),
}))
vi.mock('../storage/byte-store.ts', () => ({
  byteStore: {
    read: async (key: string) => device.bytes.get(key) ?? null,
    write: async (key: string, bytes: Uint8Array) => void device.bytes.set(key, bytes),
    remove: async (key: string) => void device.bytes.delete(key),
  },
  handleStore: {
    read: async (key: string) => device.handles.get(key) ?? null,
    write: async (key: string, handle: CryptoKey) => void device.handles.set(key, handle),
  },
  forgetBytes(isMeant: (key: string) => boolean) {
    for (const store of [device.bytes, device.handles])
      for (const key of [...store.keys()]) if (isMeant(key)) store.delete(key)
  },
}))

const host = readEnvironment({
  userAgent: 'DingTalk/7.6',
  windowName: '',
  search: '?corpId=c1',
  language: 'zh-CN',
})
const filling: Filling = {
  formId: 'f1',
  definition: daily,
  formVersion: 1,
  period: '2026-11-23',
  today: '2026-11-23',
  orgName: '测试机械',
  window: { state: 'open', opensAt: '2026-11-22T16:00:00.000Z', closesAt: '2026-11-23T15:59:00.000Z' },
  profile: { name: '王晓梅', department: '质检部', phone: '13800000001' },
  mine: null,
  last: null,
  consent: { isDue: false, closedFields: [], version: 1 },
}
const receipt = { submissionId: 's1', number: '0001', formId: 'f1', period: '2026-11-23', revision: 1 }
const form = {
  formId: 'f1',
  title: daily.title,
  periodKind: 'day',
  period: '2026-11-23',
  window: filling.window,
}
const session = { ...sessionOf('main-admin', 'm1'), expiresAt: '2999-01-01T00:00:00.000Z' }
const sayings: Record<string, unknown> = {
  '/api/sessions/auth-code': session,
  '/api/me/device-key': { key: btoa('k'.repeat(32)) },
  '/api/forms/f1/filling': filling,
  '/api/my/forms': { items: [{ ...form, filedAt: null }] },
  '/api/forms/f1/submissions/2026-11-23': receipt,
}
let isOnline = true
const network: typeof fetch = async (ask) => {
  if (!isOnline) throw new TypeError('no network')
  const said = sayings[new URL(String(ask), 'http://x').pathname]
  return said ? Response.json(said) : new Response('', { status: 404 })
}

/** A page opened in the host, as the mini-app starts it; it waits until everything heard is kept. */
async function openApp(environment = host) {
  setActivePinia(createPinia())
  isAway.value = false
  vi.stubGlobal('requestIdleCallback', (work: () => void) => work())
  const client = createClient({
    baseUrl: '/api',
    fetch: keepingFetch(network),
    token: () => useSession().session?.token,
  })
  const bridge = { ...noBridge, requestAuthCode: async () => 'code' }
  await useSignIn().start({ app: 'forms', environment, bridge, client })
  /** Replies are taken up in the order in which they were heard. */
  async function kept(): Promise<void> {
    await vi.dynamicImportSettled()
    await hear('/none', undefined, new Response('', { status: 500 }))
  }
  return { client, kept }
}
const opens = (client: Awaited<ReturnType<typeof openApp>>['client']) =>
  client.call(getFilling, { params: { formId: 'f1' } })

beforeEach(() => {
  localStorage.clear()
  device.bytes.clear()
  device.handles.clear()
  isOnline = true
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-23T01:00:00Z') })
  vi.stubGlobal('navigator', { ...navigator, serviceWorker: { register: async () => undefined } })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** One visit with a network, then none. */
async function visited(): Promise<void> {
  const { client, kept } = await openApp()
  await opens(client)
  await client.call(listMyForms)
  await kept()
  expect(device.bytes.size).toBe(3)
  isOnline = false
}

it('X-10: after one visit the app opens without a network: who was here, the list and the form', async () => {
  await visited()
  const { client } = await openApp()
  expect([useSignIn().state, useSession().member?.name, useSession().session]).toEqual([
    'signed-in',
    '王晓梅',
    null,
  ])
  expect(isAway.value).toBe(true)
  expect(await opens(client)).toEqual(filling)
  expect((await client.call(listMyForms)).items).toMatchObject([{ formId: 'f1', filedAt: null }])
  expect(useSession().can('forms.publish')).toBe(false) // managing needs a network
})

it('X-10: back on line, the host says anew who is there', async () => {
  await visited()
  await openApp()
  isOnline = true
  expect(await useSignIn().renew()).toBe(true)
  expect([useSession().session?.token, useSession().me?.role, isAway.value]).toEqual([
    'token',
    'main-admin',
    false,
  ])
})

it('X-10: when the host has been handed to somebody else, what the first was about to say is not said by him', async () => {
  await visited()
  await openApp()
  isOnline = true
  sayings['/api/sessions/auth-code'] = { ...session, me: sessionOf('member', 'm2').me }
  expect(await useSignIn().renew()).toBe(false)
  expect(useSession().member?.id).toBe('m2')
  sayings['/api/sessions/auth-code'] = session
  expect(Object.keys(localStorage).filter((key) => key.startsWith(personalKey('m1', '')))).toEqual([])
})

it('Z-34: what was received is known without a network', async () => {
  const { client, kept } = await openApp()
  await opens(client)
  await client.call(listMyForms)
  const params = { formId: 'f1', period: '2026-11-23' }
  await client.call(fileSubmission, { params, body: { answers: { temperature: 36.5 } } })
  await kept()
  isOnline = false
  const later = await openApp()
  expect((await opens(later.client)).mine).toEqual({ answers: { temperature: 36.5 }, receipt })
})

it('S-78: nothing is readable, and it goes with the session: without the half in the storage of texts the key is none', async () => {
  await visited()
  const stored = [...device.bytes.values()].map((bytes) => new TextDecoder().decode(bytes)).join()
  for (const word of ['王晓梅', '13800000001', '测试机械']) {
    expect(stored).not.toContain(word)
    expect(JSON.stringify({ ...localStorage })).not.toContain(word)
  }
  expect([...device.handles.values()].map(({ extractable }) => extractable)).toEqual([false])
  localStorage.clear()
  await openApp()
  expect(useSignIn().state).toBe('failed')
})

it('S-78: signing out removes all of it', async () => {
  await visited()
  isOnline = true
  await openApp()
  await useSignIn().leave()
  await vi.waitFor(() =>
    expect([device.bytes.size, device.handles.size, localStorage.length]).toEqual([0, 0, 0]),
  )
})

it('S-78: after three days nothing opens before the server has given the key again', async () => {
  await visited()
  vi.setSystemTime(Date.parse('2026-11-26T01:00:01Z'))
  await openApp()
  expect(useSignIn().state).toBe('failed')
  await vi.waitFor(() => expect(device.bytes.size).toBe(0))
})

it('S-78: it is not opened for another organisation', async () => {
  await visited()
  await openApp({ ...host, corpId: 'c2' })
  expect([useSignIn().state, useSession().me]).toEqual(['failed', null])
})

it('X-10: a server that refuses is believed', async () => {
  await visited()
  isOnline = true
  const refused = createClient({
    baseUrl: '/api',
    fetch: async () => Response.json({ code: 'app.not-authorised', status: 403 }, { status: 403 }),
    token: () => undefined,
  })
  setActivePinia(createPinia())
  const bridge = { ...noBridge, requestAuthCode: async () => 'code' }
  await useSignIn().start({ app: 'forms', environment: host, bridge, client: refused })
  expect(useSignIn().state).toBe('failed')
})

it('X-10: what was never seen does not open', async () => {
  await visited()
  const { client } = await openApp()
  await expect(client.call(getFilling, { params: { formId: 'f2' } })).rejects.toThrow(UnreachableError)
})

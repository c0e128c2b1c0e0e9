import { describe, expect, it, vi } from 'vitest'
import { createBridgeHost } from './bridge-host.ts'
import type { BridgeServices } from './bridge-services.ts'
import type { HostMessage } from './bridge-wire.ts'

const origin = 'https://app.example.test'

function services(overrides: Partial<BridgeServices> = {}): BridgeServices {
  return {
    corpId: 'dingorg1',
    mintAuthCode: async () => 'CODE1',
    requestJsApis: async () => [],
    scan: async () => undefined,
    pickPeople: async () => undefined,
    createDing: async () => true,
    uploadImages: async () => undefined,
    locate: async () => ({ latitude: 34.7, longitude: 113.6, accuracy: 20 }),
    setTitle: () => undefined,
    setRight: () => undefined,
    close: () => undefined,
    goBack: () => undefined,
    share: async () => undefined,
    openLink: () => undefined,
    previewImages: () => undefined,
    alert: async () => undefined,
    confirm: async () => 1,
    toast: async () => undefined,
    showPreloader: () => undefined,
    hidePreloader: () => undefined,
    actionSheet: async () => -1,
    choose: async () => undefined,
    pickDateTime: async () => undefined,
    storage: localStorage,
    ...overrides,
  }
}

function world(overrides: Partial<BridgeServices> = {}) {
  const frame = window
  const posted: HostMessage[] = []
  const host = createBridgeHost(
    { origin, contentWindow: () => frame, post: (message) => posted.push(message) },
    services(overrides),
  )
  let id = 0
  async function call(name: string, params: Record<string, unknown> = {}) {
    id += 1
    await host.receive({
      source: frame,
      origin,
      data: { t: 'dd-call', id, name, params, href: `${origin}/m/?a=1` },
    })
    const last = posted.at(-1)
    return last?.t === 'dd-ret' && last.id === id ? last.res : undefined
  }
  return { host, frame, posted, call }
}

describe('who is answered', () => {
  it('Z-08: a message of another window is not answered', async () => {
    const { host, posted } = world()
    const stranger = new MessageChannel().port1
    const data = { t: 'dd-call', id: 1, name: 'runtime.permission.requestAuthCode', params: {}, href: '' }
    await host.receive({ source: stranger, origin, data })
    await host.receive({ source: null, origin, data })
    expect(posted).toEqual([])
  })

  it('Z-08: the right window at another origin is not answered', async () => {
    const { host, frame, posted } = world()
    await host.receive({
      source: frame,
      origin: 'https://evil.example.test',
      data: { t: 'dd-call', id: 1, name: 'runtime.permission.requestAuthCode', params: {}, href: '' },
    })
    expect(posted).toEqual([])
  })

  it.each([
    undefined,
    'text',
    7,
    {},
    { t: 'dd-call' },
    { t: 'dd-call', id: {}, name: 'x' },
    { t: 'other', id: 1, name: 'x' },
  ])('ignores %j', async (data) => {
    const { host, frame, posted } = world()
    await host.receive({ source: frame, origin, data })
    expect(posted).toEqual([])
  })
})

describe('auth codes', () => {
  it('Z-23: mints a code for the frame’s own org', async () => {
    const { call } = world()
    expect(await call('runtime.permission.requestAuthCode', { corpId: 'dingorg1' })).toEqual({
      errorCode: '0',
      result: { code: 'CODE1' },
    })
  })

  it('Z-23: a page that names another org gets no code at all', async () => {
    const mintAuthCode = vi.fn(async () => 'CODE1')
    const { call } = world({ mintAuthCode })
    expect(await call('runtime.permission.requestAuthCode', { corpId: 'dingother' })).toMatchObject({
      errorCode: '3',
    })
    expect(mintAuthCode).not.toHaveBeenCalled()
  })
})

describe('guarded APIs', () => {
  const people = async () => ({ users: [{ emplId: 'u1', name: '王芳', avatar: '' }], departments: [] })

  it('answer "7" before dd.config, and again after a new document says hello', async () => {
    const { call, host, frame } = world({
      pickPeople: people,
      requestJsApis: async () => ['biz.contact.choose'],
    })
    expect(await call('biz.contact.choose')).toMatchObject({ errorCode: '7' })
    await call('runtime.permission.requestJsApis', {})
    expect(await call('biz.contact.choose')).toMatchObject({ errorCode: '0', result: [{ emplId: 'u1' }] })
    await host.receive({ source: frame, origin, data: { t: 'dd-hello', href: '' } })
    expect(await call('biz.contact.choose')).toMatchObject({ errorCode: '7' })
  })

  it('are limited to what the signature check granted', async () => {
    const { call } = world({ pickPeople: people, requestJsApis: async () => ['biz.ding.create'] })
    await call('runtime.permission.requestJsApis', {})
    expect(await call('biz.contact.complexPicker')).toMatchObject({ errorCode: '7' })
  })

  it('tell a dismissal as "-1"', async () => {
    const { call } = world({ requestJsApis: async () => ['biz.contact.complexPicker'] })
    await call('runtime.permission.requestJsApis', {})
    expect(await call('biz.contact.complexPicker')).toMatchObject({ errorCode: '-1' })
  })
})

describe('the rest of the contract', () => {
  it.each(['biz.telephone.call', 'toString', '__proto__', ''])('unknown API %j answers "1"', async (name) => {
    const { call } = world()
    expect(await call(name)).toMatchObject({ errorCode: '1' })
  })

  it('openLink refuses a scheme that is not http(s)', async () => {
    const openLink = vi.fn()
    const { call } = world({ openLink })
    expect(await call('biz.util.openLink', { url: 'javascript:alert(1)' })).toMatchObject({ errorCode: '3' })
    expect(openLink).not.toHaveBeenCalled()
    expect(await call('biz.util.openLink', { url: '/help' })).toMatchObject({ errorCode: '0' })
    expect(openLink.mock.calls[0]?.[0]).toEqual(new URL('/help', origin))
  })

  it('a failing service becomes a general failure, not silence', async () => {
    const { call } = world({ mintAuthCode: () => Promise.reject(new Error('offline')) })
    expect(await call('runtime.permission.requestAuthCode')).toEqual({
      errorCode: '3',
      errorMessage: 'offline',
    })
  })

  it('events and handler calls reach the app', () => {
    const { host, posted } = world()
    host.emit('resume')
    host.invoke('biz.navigation.setRight')
    expect(posted.map(({ t }) => t)).toEqual(['dd-event', 'dd-handler'])
  })
})

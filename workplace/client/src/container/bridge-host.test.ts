import { describe, expect, it, vi } from 'vitest'
import { createBridgeHost } from './bridge-host.ts'
import type { BridgeServices } from './bridge-services.ts'
import type { HostMessage } from './bridge-wire.ts'

const origin = 'https://app.example.test'

function services(overrides: Partial<BridgeServices> = {}): BridgeServices {
  return {
    corpId: 'dingorg1',
    mintAuthCode: async () => 'CODE1',
    allowPersonal: async () => undefined,
    requestJsApis: async () => [],
    scan: async () => undefined,
    pickPeople: async () => undefined,
    createDing: async () => true,
    uploadImages: async () => undefined,
    locate: async () => ({ latitude: 34.7, longitude: 113.6, accuracy: 20 }),
    setTitle: () => undefined,
    setRight: () => undefined,
    setLeft: () => undefined,
    setMenu: () => undefined,
    takePicture: async () => undefined,
    callPerson: () => undefined,
    dial: () => undefined,
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

describe('openAuth', () => {
  const page = (query: string) => ({
    componentType: 'miniProgram',
    params: { miniAppId: '5000000000174977', page: `pages/auth/index?${query}` },
  })
  const asked = (allow: string | undefined) => {
    const scopes: unknown[] = []
    const { call } = world({
      allowPersonal: async (given) => {
        scopes.push(given)
        return allow
      },
    })
    return { call, scopes }
  }

  it('Z-23: the kit of DingTalk gets a code once the person agrees, and hears of it when he does not', async () => {
    const yes = asked('PERSONAL1')
    expect(
      await yes.call(
        'biz.util.callComponent',
        page('type=0&clientId=x&corpId=dingorg1&rpcScope=Contact.User.Read&fieldScope=Contact.User.mobile'),
      ),
    ).toEqual({
      errorCode: '0',
      result: { detail: { extraData: { status: 'ok', result: { authCode: 'PERSONAL1' } } } },
    })
    expect(yes.scopes).toEqual([['Contact.User.Read', 'Contact.User.mobile']])
    expect(await asked(undefined).call('biz.util.callComponent', page('rpcScope=Todo.Todo.Write'))).toEqual({
      errorCode: '0',
      result: { detail: { extraData: { status: 'cancel' } } },
    })
    expect(
      await asked('PERSONAL2').call('runtime.permission.getAuthInfo', { rpcScope: ['Todo.Todo.Write'] }),
    ).toEqual({ errorCode: '0', result: { status: true, authCode: 'PERSONAL2' } })
  })

  it('Z-23: nobody is asked for an org’s consent, another org, or what there is not', async () => {
    for (const query of [
      'type=1&rpcScope=Contact.User.Read',
      'type=0&corpId=dingother&rpcScope=Contact.User.Read',
      'type=0&rpcScope=Everything.Write',
      'type=0',
    ]) {
      const { call, scopes } = asked('NEVER')
      expect(await call('biz.util.callComponent', page(query))).toEqual({
        errorCode: '0',
        result: { detail: { extraData: { status: 'failed' } } },
      })
      expect(scopes).toEqual([])
    }
    expect(
      await asked('NEVER').call('biz.util.callComponent', { componentType: 'miniProgram', params: {} }),
    ).toMatchObject({ errorCode: '3' })
  })
})

describe('who is answered', () => {
  it('Z-08: a message of another window is not answered', async () => {
    const { host, posted } = world()
    const stranger: Window = Object.create(window)
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
  it.each(['biz.telephone.quickCallList', 'toString', '__proto__', ''])(
    'unknown API %j answers "1"',
    async (name) => {
      const { call } = world()
      expect(await call(name)).toMatchObject({ errorCode: '1' })
    },
  )

  it('openLink refuses a scheme that is not http(s)', async () => {
    const openLink = vi.fn()
    const { call } = world({ openLink })
    expect(await call('biz.util.openLink', { url: 'javascript:alert(1)' })).toMatchObject({ errorCode: '3' })
    expect(openLink).not.toHaveBeenCalled()
    expect(await call('biz.util.openLink', { url: '/help' })).toMatchObject({ errorCode: '0' })
    expect(openLink.mock.calls[0]?.[0]).toEqual(new URL('/help', origin))
  })

  it('setMenu takes a few short entries and leaves out what is none', async () => {
    const setMenu = vi.fn()
    const { call } = world({ setMenu })
    const items = [{ id: 'a', text: '导出' }, 7, { id: 'b' }, { id: 'c', text: '长'.repeat(50) }]
    await call('biz.navigation.setMenu', { items })
    expect(setMenu).toHaveBeenCalledWith([
      { id: 'a', text: '导出' },
      { id: 'c', text: '长'.repeat(20) },
    ])
  })

  it.each([
    ['qrCode', 'qrCode'],
    ['barCode', 'barCode'],
    ['all', 'all'],
    [undefined, 'all'],
    [7, 'all'],
  ])('scan of type %j looks for %j', async (type, kinds) => {
    const scan = vi.fn(async () => 'A-1')
    const { call } = world({ scan })
    expect(await call('biz.util.scan', { type })).toEqual({ errorCode: '0', result: { text: 'A-1' } })
    expect(scan).toHaveBeenCalledWith(kinds)
  })

  it('telephone.call shows one colleague; showCallMenu dials nothing but a number', async () => {
    const [callPerson, dial] = [vi.fn(), vi.fn()]
    const { call } = world({ callPerson, dial })
    expect(await call('biz.telephone.call', {})).toMatchObject({ errorCode: '3' })
    await call('biz.telephone.call', { users: ['u1', 'u2'], corpId: 'dingorg1' })
    expect(callPerson).toHaveBeenCalledWith('u1')
    expect(await call('biz.telephone.showCallMenu', { phoneNumber: 'javascript:1' })).toMatchObject({
      errorCode: '3',
    })
    await call('biz.telephone.showCallMenu', { code: '+86', phoneNumber: '13800001111' })
    expect(dial).toHaveBeenCalledWith('+8613800001111')
  })

  it('openLink follows the address inside a link of the platform', async () => {
    const openLink = vi.fn()
    const { call } = world({ openLink })
    const inner = 'https://app.example.test/m/?f=1'
    const url = `dingtalk://dingtalkclient/page/link?url=${encodeURIComponent(inner)}&pc_slide=true`
    expect(await call('biz.util.openLink', { url })).toMatchObject({ errorCode: '0' })
    expect(openLink.mock.calls[0]?.[0]).toEqual(new URL(inner))
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

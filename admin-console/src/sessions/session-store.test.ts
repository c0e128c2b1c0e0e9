import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { Session } from '@kangbao/shared/contracts/sessions.ts'
import { renewalDelayMs } from './renewal.ts'
import { useSession } from './session-store.ts'

const hourMs = 3_600_000

function session(org: string, role: Role = 'main-admin', leftMs = hourMs): Session {
  return {
    id: `id-${org}`,
    token: `token-${org}`,
    refreshToken: `refresh-${org}`,
    expiresAt: new Date(Date.now() + leftMs).toISOString(),
    me: { role, org: { id: org, corpId: org, name: org, timeZone: 'Asia/Shanghai' }, member: null },
  }
}
/** As after a reload of the tab: only storage is left. */
function reloaded() {
  setActivePinia(createPinia())
  return useSession()
}

beforeEach(() => {
  sessionStorage.clear()
  setActivePinia(createPinia())
})

describe('Z-23: the console’s session', () => {
  it('is found again after a reload, with the org that was worked in', () => {
    useSession().begin([session('a'), session('b')], 1)
    expect(reloaded().me?.org?.id).toBe('b')
  })
  it('is taken up again after its token ran out: the first call renews it', () => {
    useSession().begin([session('a', 'main-admin', -1)])
    expect(reloaded().current?.refreshToken).toBe('refresh-a')
  })
  it('S-22: a proof changes the token, not whose session it is', () => {
    const store = useSession()
    store.begin([session('a')])
    store.proved({ token: 'proved', expiresAt: '2999-01-01T00:00:00.000Z' })
    expect([store.token(), store.current?.refreshToken]).toEqual(['proved', 'refresh-a'])
  })
  it('of one org may end while the one worked in goes on', () => {
    const store = useSession()
    store.begin([session('a'), session('b')], 1)
    store.drop('id-a')
    expect([store.token(), store.others]).toEqual(['token-b', []])
    store.drop('id-b')
    expect(store.current).toBeNull()
  })
  it('works on in another org without losing the first', () => {
    const store = useSession()
    store.begin([session('a'), session('b')])
    const [other] = store.others
    if (other) store.change(other)
    expect([store.token(), store.others.map(({ token }) => token)]).toEqual(['token-b', ['token-a']])
  })
  it('keeps its place when another org’s session is renewed', () => {
    const store = useSession()
    const [a, b] = [session('a'), session('b')]
    store.begin([a, b])
    store.renewed({ ...b, token: 'fresh-b' })
    expect([store.token(), store.others[0]?.token]).toEqual(['token-a', 'fresh-b'])
  })
  it('leaves nothing in storage after sign-out', () => {
    const store = useSession()
    store.begin([session('a')])
    store.end()
    expect([store.current, sessionStorage.length]).toEqual([null, 0])
  })
  it('counts spoilt storage as signed out', () => {
    sessionStorage.setItem('kangbao:console-session:v2', '{"sessions":')
    expect(reloaded().current).toBeNull()
  })
  it.each([
    { role: 'sub-admin', permission: 'completeness.remind', may: true },
    { role: 'sub-admin', permission: 'reports.send', may: false },
    { role: 'operator', permission: 'operations.manage', may: true },
    { role: 'operator', permission: 'forms.read', may: false },
  ] as const)('Z-24: $role and $permission → $may', ({ role, permission, may }) => {
    const store = useSession()
    store.begin([session('a', role)])
    expect(store.can(permission)).toBe(may)
  })
})

describe('silent renewal', () => {
  it.each([
    { name: 'three minutes before the end', leftMs: hourMs, delayMs: hourMs - 180_000 },
    { name: 'halfway through a short session', leftMs: 120_000, delayMs: 60_000 },
    { name: 'soon, not at once, when it is over', leftMs: -1, delayMs: 5_000 },
  ])('$name', ({ leftMs, delayMs }) => {
    expect(renewalDelayMs(new Date(leftMs).toISOString(), 0)).toBe(delayMs)
  })
})

import { createServer, type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { EndpointKeys } from '../../ports/government.ts'
import { GovernmentUnavailable } from '../../ports/government.ts'
import { movableClock } from '../clocks.ts'
import { isUnsent, takesNothing } from './faults.ts'
import { httpGovernments } from './governments.ts'

const keys: EndpointKeys = { suite: 'hmac-sha256', secret: 'a-secret-for-this-test' }
const inProduction = httpGovernments(
  { DEPLOYMENT: 'production', OUTGOING_PRIVATE_HOSTS: 'gov.internal,10.1.2.3' },
  movableClock(),
)
const here = httpGovernments({ DEPLOYMENT: 'development' }, movableClock())

describe('S-86: addresses the operator enters', () => {
  it.each([
    ['https://reports.example.gov.cn', null],
    ['https://reports.example.gov.cn:8443/base', null],
    ['http://reports.example.gov.cn', 'address'],
    ['https://user:word@reports.example.gov.cn', 'address'],
    ['https://reports.example.gov.cn/?to=elsewhere', 'address'],
    ['ftp://reports.example.gov.cn', 'address'],
    ['nowhere', 'address'],
    ['https://localhost', 'address'],
    ['https://postgres:5432', 'address'],
    ['https://127.0.0.1', 'address'],
    ['https://10.0.0.1', 'address'],
    ['https://[::1]', 'address'],
    ['https://2130706433', 'address'],
    ['https://169.254.169.254', 'address'],
    ['https://100.100.100.200', 'address'],
    // The operator of the machine named these.
    ['https://gov.internal', null],
    ['http://gov.internal', null],
    ['https://10.1.2.3', null],
  ] as const)('in production %s: %s', (address, fault) => {
    expect(inProduction.faultOf({ address, keys })).toBe(fault)
  })

  it('on a developer’s machine lead inside, though never to its metadata', () => {
    expect(here.faultOf({ address: 'http://127.0.0.1:7300', keys })).toBeNull()
    expect(here.faultOf({ address: 'http://169.254.169.254', keys })).toBe('address')
  })

  it('keys have to be keys of their suite', () => {
    const address = 'https://reports.example.gov.cn'
    const [privateKey, receiverKey] = ['1'.repeat(64), `04${'2'.repeat(128)}`]
    expect(here.faultOf({ address, keys: { suite: 'sm2-sm3', privateKey: 'short', receiverKey } })).toBe(
      'key',
    )
    expect(here.faultOf({ address, keys: { suite: 'sm2-sm3', privateKey, receiverKey: '' } })).toBe('key')
  })

  it('a name that leads inside is refused when it is called', async () => {
    const settings = { id: 'a', revision: 1, keyId: 'k', keys, callsPerSecond: 0 }
    const inside = inProduction.at({ ...settings, address: 'https://127.0.0.1:1' })
    const error: unknown = await inside.taken(civilDate('2026-03-02'), null).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ fault: 'forbidden', isUntaken: true })
  })
})

describe('R-17: what is known of a call that was not answered', () => {
  it.each([
    [301, true],
    [401, true],
    [429, true],
    [503, true],
    [500, false],
    [502, false],
    [504, false],
  ])('status %i says that nothing was taken: %s', (status, isTaken) => {
    expect(takesNothing(status)).toBe(isTaken)
  })

  it('a refused connection sent nothing; one that was cut may have', async () => {
    const cutting = createServer((socket) => socket.once('data', () => socket.destroy()))
    await new Promise<void>((resolve) => cutting.listen(0, '127.0.0.1', resolve))
    const { port } = cutting.address() as AddressInfo
    const endpoint = (id: string) =>
      here.at({ id, revision: 1, address: `http://127.0.0.1:${port}`, keyId: 'k', keys, callsPerSecond: 0 })
    const outcome = (id: string): Promise<unknown> =>
      endpoint(id)
        .taken(civilDate('2026-03-02'), null)
        .catch((error: unknown) => error)
    const cut = await outcome('cut')
    await new Promise<void>((resolve) => cutting.close(() => resolve()))
    const refused = await outcome('refused')
    expect(cut).toBeInstanceOf(GovernmentUnavailable)
    expect([cut, refused]).toMatchObject([{ isUntaken: false }, { isUntaken: true, fault: 'unreachable' }])
    expect(isUnsent(new Error('anything'))).toBe(false)
  })
})

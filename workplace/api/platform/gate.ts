import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { Fault } from '../../contracts/operator.ts'
import type { Deps } from '../deps.ts'
import { PlatformError, TokenError } from './errors.ts'

/** The gateway before the platform itself: it speaks neither side's words. */
export class GatewayBan extends Error {
  override readonly name = 'GatewayBan'
  constructor(readonly isPage: boolean) {
    super('banned')
  }
}

const flow = (errcode: number, message: string, code: string): PlatformError =>
  new PlatformError(errcode, message, { status: 403, code: `Forbidden.AccessDenied.${code}` })

/** Every way the platform says "not so many", with what the other side calls it. */
const refusalsByKind: Partial<Record<Fault['kind'], () => Error>> = {
  busy: () => new PlatformError(-1, '系统繁忙', { status: 503, code: 'ServiceUnavailable' }),
  qps: () =>
    flow(90018, '您的服务器调用钉钉开放平台当前接口的所有请求都被暂时禁用了', 'QpsLimitForAppkeyAndApi'),
  qpm: () => flow(90018, '您的应用每分钟调用当前接口的次数超过限制', 'QpmLimitForAppkeyAndApi'),
  'platform-qps': () => flow(90002, '当前接口被暂时限流', 'QpsLimitForApi'),
  'org-qps': () => flow(90008, '套件调用该企业当前接口的频率超过限制', 'QpsLimitForSuitekeyAndOrgAndApi'),
  'org-qpm': () =>
    flow(90010, '套件每分钟调用该企业当前接口的次数超过限制', 'QpmLimitForSuitekeyAndOrgAndApi'),
  'many-orgs': () => flow(90017, '同一IP使用的CorpId过多', 'QpsLimitForApi'),
  quota: () => flow(90020, '接口调用次数超过限制，请购买接口调用量', 'ApiCountLimitForOrg'),
  ip: () => badAddress(),
  'bad-token': () => new TokenError(40014, '不合法的access_token'),
  ban: () => new GatewayBan(false),
  'ban-page': () => new GatewayBan(true),
}

export const badAddress = (): PlatformError => flow(60020, '访问ip不在白名单之中', 'IpNotInWhiteList')

/** The gate before every call: faults switched on for a test, a flood from one address, the rate of this app and API. */
export async function admit(
  deps: Deps,
  call: { path: string; token: string; request: FastifyRequest },
): Promise<void> {
  const { switches } = deps
  const fault = switches.calls.find(({ path, times }) => times > 0 && call.path.startsWith(path))
  if (fault) {
    fault.times -= 1
    const refusal = refusalsByKind[fault.kind]?.()
    if (refusal) throw refusal
    if (fault.kind === 'slow') await sleep(fault.delayMs ?? 5000)
    if (fault.kind === 'drop') call.request.raw.socket.destroy()
  }
  // Test runs and benchmarks are floods of one address by their nature.
  const mostCalls = switches.floodLimit ?? (deps.config.isTestMode ? 0 : floodLimit)
  if (isFlooding(call.request.ip, mostCalls)) throw new GatewayBan(false)
  const limit = switches.qpsLimit ?? deps.config.limits.qps
  const key = `${call.token}:${call.path}`
  if (limit > 0 && call.token && isOver(perSecond, key, limit)) throw refusalsByKind.qps?.()
}

/** Calls in windows of real time, not of the steered clock: these limits protect this process. */
interface Windows {
  ms: number
  counts: Map<string, { window: number; calls: number }>
}

const perSecond: Windows = { ms: 1000, counts: new Map() }
const perAddress: Windows = { ms: 20_000, counts: new Map() }
const floodLimit = 10_000
const banMs = 300_000
const mostKept = 10_000

function isOver({ ms, counts }: Windows, key: string, limit: number): boolean {
  const window = Math.floor(Date.now() / ms)
  const known = counts.get(key)
  if (known?.window === window) {
    known.calls += 1
    return known.calls > limit
  }
  if (counts.size > mostKept) counts.clear()
  counts.set(key, { window, calls: 1 })
  return limit < 1
}

const bannedUntil = new Map<string, number>()

/** So many calls of one address in twenty seconds, whatever they ask, shut it out for five minutes. */
function isFlooding(address: string, limit: number): boolean {
  if (limit === 0) {
    bannedUntil.delete(address)
    return false
  }
  if ((bannedUntil.get(address) ?? 0) > Date.now()) return true
  bannedUntil.delete(address)
  if (!isOver(perAddress, address, limit)) return false
  if (bannedUntil.size > mostKept) bannedUntil.clear()
  bannedUntil.set(address, Date.now() + banMs)
  return true
}

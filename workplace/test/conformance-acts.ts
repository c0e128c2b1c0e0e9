import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import type {
  Acts,
  AdminActs,
  IsvActs,
  MadeDepartment,
  MadeOrg,
  MemberActs,
  MessageLimits,
  OrgScope,
} from '../conformance/acts.ts'
import type { Session } from '../conformance/session.ts'
import { eventually, newPhone, type Person, type World } from './world.ts'

/** The organisations made so far, with the hands that may act in them. */
const admins = new WeakMap<MadeOrg, { admin: Person; orgId: string }>()

const handsOf = (org: MadeOrg) => {
  const hands = admins.get(org)
  if (!hands) throw new Error('no organisation of this run')
  return hands
}

/** What a person does in the workplace, done over the client's API. */
export const adminActs = (world: World, suiteId: string): AdminActs => ({
  makeOrg: async (scope = 'all') => {
    const { admin, orgId, corpId, userid: adminUserid } = await world.orgWithAdmin()
    const ask: Ask = async (method, path, body) => {
      const answer = await admin.call(method, `/orgs/${orgId}${path}`, body)
      expect([path, answer.status]).toEqual([path, 200])
      return answer.body
    }
    const inside = await makeDepartment(ask, { name: '范围内', parentId: 1, people: ['内一', '内二'] })
    const below = await makeDepartment(ask, { name: '下级', parentId: inside.deptId, people: ['下一'] })
    const outside = await makeDepartment(ask, { name: '范围外', parentId: 1, people: ['外一'] })
    const wanted = (kind: OrgScope) =>
      kind === 'inside' ? { kind: 'some', deptIds: [inside.deptId], userids: [] } : { kind }
    const app = await ask('POST', '/apps', { suiteId, acceptTerms: true, scope: wanted(scope) })
    const agentId = Number(app.agentId)
    const org: MadeOrg = {
      corpId,
      agentId,
      appId: Number(app.appId),
      adminUserid,
      inside,
      below,
      outside,
      addMember: (name, deptId) => addMember(ask, name, deptId),
      removeMember: async (userid) => void (await ask('DELETE', `/members/${userid}`)),
      addDepartment: async (name, parentId) =>
        Number((await ask('POST', '/departments', { name, parentId })).deptId),
      changeScope: async (kind) => void (await ask('PUT', `/apps/${agentId}/scope`, wanted(kind))),
      stop: async () => void (await ask('POST', `/apps/${agentId}/stop`)),
      restore: async () => void (await ask('POST', `/apps/${agentId}/restore`)),
      remove: async () => void (await ask('DELETE', `/apps/${agentId}`)),
      dissolve: async () => {
        const { name } = await ask('GET', '')
        await ask('POST', '/dissolution', { name, password: 'Qy123456' })
      },
    }
    admins.set(org, { admin, orgId })
    return org
  },
})

type Ask = (method: Parameters<Person['call']>[0], path: string, body?: object) => ReturnType<JSON['parse']>

const addMember = async (ask: Ask, name: string, deptId: number): Promise<string> =>
  String((await ask('POST', '/members', { name, phone: newPhone(), departments: [{ deptId }] })).userid)

async function makeDepartment(
  ask: Ask,
  { name, parentId, people }: { name: string; parentId: number; people: readonly string[] },
): Promise<MadeDepartment> {
  const { deptId } = await ask('POST', '/departments', { name, parentId })
  const userids: string[] = []
  for (const person of people) userids.push(await addMember(ask, person, Number(deptId)))
  return { deptId: Number(deptId), name, userids }
}

export const memberActs: MemberActs = {
  authCode: async (org) => {
    const { admin, orgId } = handsOf(org)
    return String((await admin.call('POST', `/orgs/${orgId}/apps/${org.agentId}/auth-codes`)).body.code)
  },
  configure: async (org, { href, ...config }) => {
    const { admin, orgId } = handsOf(org)
    const asked = {
      href,
      config: { ...config, agentId: org.agentId, corpId: org.corpId, jsApiList: ['biz.ding.create'] },
    }
    const { body } = await admin.call('POST', `/orgs/${orgId}/apps/${org.agentId}/config-checks`, asked)
    return body.ok ? null : String(body.errorCode)
  },
  personalCode: async (org, scopes) => {
    const { admin, orgId } = handsOf(org)
    const path = `/orgs/${orgId}/apps/${org.agentId}/personal-consents`
    return String((await admin.call('POST', path, { scopes })).body.code)
  },
  signInOnWeb: async (org, request) => {
    const { admin, orgId } = handsOf(org)
    const { body } = await admin.call('POST', '/web-sign-ins', { request, decision: 'allow', orgId })
    return new URL(String(body.redirectTo))
  },
  openApp: async (org) => {
    const { admin, orgId } = handsOf(org)
    return String((await admin.call('POST', `/orgs/${orgId}/apps/${org.agentId}/launch`, {})).body.url)
  },
  readMessages: async (org) => {
    const { admin, orgId } = handsOf(org)
    const conversations = (await admin.call('GET', '/conversations')).body.items
    const work = conversations.find((one: { kind: string }) => one.kind === 'work')
    if (!work) return []
    const path = `/orgs/${orgId}/conversations/${work.id}`
    const { items } = (await admin.call('GET', `${path}/messages`)).body
    await admin.call('POST', `${path}/read`, { upTo: items[0].id })
    return items.map((item: { isRecalled: boolean; content: object }) =>
      item.isRecalled ? 'recalled' : JSON.stringify(item.content),
    )
  },
}

export const isvActs = (given: Omit<IsvActs, 'adminCode'>): IsvActs => ({
  ...given,
  adminCode: async (org) => {
    const { admin, orgId } = handsOf(org)
    const { body } = await admin.call('POST', `/orgs/${orgId}/apps/${org.agentId}/admin-page`)
    return new URL(String(body.url)).searchParams.get('code') ?? ''
  },
})

/** Null while a new one is due: it comes every five hours. */
async function presentTicket({ db, clock, suite }: World): Promise<string | null> {
  const row = await db.one<{ ticket: string; ticket_at: Date }>(
    sql`select ticket, ticket_at from suites where suite_id = ${suite.suiteId}`,
  )
  return row && clock.now().getTime() - row.ticket_at.getTime() < 5 * 3600_000 ? row.ticket : null
}

const platformLimits = ({ perPersonAndDay, ...others }: MessageLimits) => ({
  ...others,
  ...(perPersonAndDay === undefined ? {} : { messagesPerPersonAndDay: perPersonAndDay }),
})

/** Hours pass, and limits are switched, by the workplace's own test switches. */
export const steering = (world: World, session: Session): Pick<Acts, 'clock' | 'switches'> => {
  const put = async (what: 'faults' | 'limits', payload: object) => {
    const answer = await world.app.inject({ method: 'PUT', url: `/client-api/operator/${what}`, payload })
    expect(answer.statusCode).toBe(200)
  }
  const switchTo = (faults: object) => put('faults', faults)
  return {
    clock: {
      advance: async (seconds) => {
        world.clock.advance(seconds * 1000)
        session.forget()
        await eventually(async () => (await presentTicket(world)) === (await session.suiteTicket()))
      },
    },
    switches: {
      limitRate: (qpsLimit) => switchTo({ qpsLimit }),
      limitMessages: (limits) => put('limits', { limits: limits && platformLimits(limits) }),
      failNext: (path, kind) => switchTo({ calls: [{ path, kind, times: 1 }] }),
      disturbPushes: (kind) =>
        switchTo({ push: { duplicate: kind === 'duplicate', loseNext: kind === 'lose-next' ? 1 : 0 } }),
    },
  }
}

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { civilDate, instantAt } from '@kangbao/shared/calendar/civil-day.ts'
import { decideConsents } from '@kangbao/shared/contracts/consents.ts'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import { fileSubmission, getFilling } from '@kangbao/shared/contracts/submissions.ts'
import type { FindingRule } from '@kangbao/shared/forms/definition.ts'
import { newDraft, ownContent, words } from '../../../test/own-form.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { settled } from '../../../test/host.ts'
import { until } from '../../../test/until.ts'
import { newWorld, plainSettings, type Person, type World } from '../../../test/world.ts'
import type { Runner } from '../../jobs/runner.ts'

let server: TestServer
let runner: Runner
beforeAll(async () => {
  server = await startTestServer()
  runner = server.startJobs()
})
afterAll(async () => {
  await runner.close()
  await server.close()
})
beforeEach(() => server.deps.clock.set(testNow))

const rule = (id: string, atLeast: number, alerts: FindingRule['alerts']): FindingRule => ({
  id,
  number: 0,
  label: words(id),
  when: { field: 'seats', atLeast },
  abnormal: true,
  ...(alerts && { alerts }),
})
const plain = { roles: [], people: [], isUrgent: false }

async function published(
  world: World,
  findings: readonly FindingRule[],
  settings: Partial<FormSettings> = {},
) {
  const draftId = await newDraft(server, world, { ...ownContent, findings })
  const body = {
    revision: 1,
    settings: { ...plainSettings, sharedViewers: ['user4'], repeat: null, ...settings },
  }
  return world.admin.inject(contracts.publishDraft, { params: { draftId }, body })
}
async function file(who: Person, formId: string, seats: number) {
  const params = { formId }
  await who.inject(decideConsents, { params, body: { version: 1, granted: [] } })
  const answers = { 'comes-by': 'car', seats }
  return who.inject(fileSubmission, { params: { formId, period: '2026-03-02' }, body: { answers } })
}
const told = async (world: World, calls: number) => {
  const sent = await until(
    () =>
      server.ports.sent.filter(
        ({ target, message }) => target.corpId === world.corpId && message.title.includes('异常提醒'),
      ),
    ({ length }) => length >= calls,
  )
  return sent
    .map(({ userIds, message }) => ({ who: [...userIds].sort().join(), ...message }))
    .sort((a, b) => (a.who < b.who ? -1 : 1))
}
const inWorld = ({ orgId }: World, query: ReturnType<typeof sql>) =>
  server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) => tx.execute(query))

describe('Z-37, Z-38: who is told by a rule', () => {
  it('each person hears of the rules that name him, in one call for those who hear the same, and nobody else', async () => {
    const world = await newWorld(server)
    // The head of the department is the one who files: the head above him is told.
    for (const { memberId } of [world.member, world.admin])
      await inWorld(world, sql`update member_departments set is_head = true where member_id = ${memberId}`)
    const { status, body: form } = await published(world, [
      rule('few', 2, { ...plain, roles: ['heads'], people: ['user3'], words: words('打电话问一问') }),
      rule('many', 5, { ...plain, roles: ['viewers'], people: ['user3'], isUrgent: true }),
    ])
    expect(status).toBe(200)
    expect(form.definition.notice?.seenBy.at(-1)?.['zh-CN']).toContain('你所在部门的主管、规则中指名的人员')
    const { body: filling } = await world.member.inject(getFilling, { params: { formId: form.id } })
    expect(JSON.stringify(filling.definition.findings)).not.toContain('user3')

    expect((await file(world.member, form.id, 6)).body.isAbnormal).toBe(true)
    const [head, named, viewer, ...others] = await told(world, 3)
    expect(others).toEqual([])
    expect([head?.who, named?.who, viewer?.who]).toEqual(['admin', 'user3', 'user4'])
    expect(head?.title).toBe(`异常提醒：${world.member.name}`)
    expect(head?.text).toBe('打电话问一问')
    expect(JSON.stringify(head?.lines)).not.toContain('many')
    expect(named?.title).toBe(`【紧急】异常提醒：${world.member.name}`)
    expect(named?.lines.find(({ label }) => label === '异常类型')?.value).toBe('few、many')
    // Who may not open answers is not led to them.
    expect(named?.text).toContain('请联系管理员')
    expect(named?.url).not.toContain(world.member.memberId)
    expect(viewer?.url).toContain(world.member.memberId)
    expect(JSON.stringify(viewer?.lines)).not.toContain('few')
  })

  it('a rule whose people have all left tells the admins; one that names strangers is not published', async () => {
    const world = await newWorld(server)
    const { body: form } = await published(world, [rule('few', 2, { ...plain, people: ['user3'] })])
    await inWorld(world, sql`update members set left_at = now() where user_id = 'user3'`)
    await file(world.member, form.id, 3)
    expect((await told(world, 1)).map(({ who }) => who)).toEqual(['admin'])

    const gone = await published(world, [rule('few', 2, { ...plain, people: ['user3'] })])
    expect(gone.problem).toMatchObject({
      code: 'draft.invalid',
      details: { problems: [{ at: { finding: 'few' }, reason: 'alerts.unknown-person', names: '1' }] },
    })
    const nobody = await published(world, [rule('few', 2, plain)])
    expect(nobody.problem).toMatchObject({ details: { problems: [{ reason: 'alerts.nobody' }] } })
  })
  it('in quiet hours an urgent rule is told at once, another when they end, and each person hears of each rule once', async () => {
    const world = await newWorld(server)
    const { body: form } = await published(
      world,
      [
        rule('few', 2, { ...plain, people: ['user3'] }),
        rule('many', 5, { ...plain, people: ['user3'], isUrgent: true }),
      ],
      {
        reminders: {
          memberAfterMinutes: null,
          headsAfterMinutes: null,
          quietHours: { from: '22:00', to: '07:00' },
        },
      },
    )
    const at = (time: string, day = '2026-03-02') =>
      server.deps.clock.set(instantAt(civilDate(day), time, 'Asia/Shanghai'))
    const kinds = (cards: Awaited<ReturnType<typeof told>>) =>
      cards.map(({ title, lines }) => [
        title.slice(0, 4),
        lines.find(({ label }) => label === '异常类型')?.value,
      ])
    at('22:30')
    await file(world.member, form.id, 6)
    await settled(server)
    expect(kinds(await told(world, 1))).toEqual([['【紧急】', 'many']])
    at('07:00', '2026-03-03')
    await settled(server)
    expect(kinds(await told(world, 2)).toSorted()).toEqual([
      ['【紧急】', 'many'],
      ['异常提醒', 'few'],
    ])
  })
})

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addExportSchedule,
  listExportSchedules,
  removeExportSchedule,
  scheduleLimits,
  setExportScheduleState,
  type NewExportSchedule,
} from '@kangbao/shared/contracts/export-schedules.ts'
import { downloadExport, listExports, startExport } from '@kangbao/shared/contracts/exports.ts'
import { chooseMyNotifications } from '@kangbao/shared/contracts/my-notifications.ts'
import { endForm } from '@kangbao/shared/contracts/forms.ts'
import { giveAddress } from '../../../test/mail-addresses.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import { MailRefused, type MailMessage } from '../../ports/mail.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 100 } })
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow))

const dayMs = 86_400_000
const everyMorning = { every: 'day', time: '08:00' } as const

function plan(recipients: readonly Person[], more: Partial<NewExportSchedule> = {}): NewExportSchedule {
  return {
    shape: 'table',
    format: 'xlsx',
    locale: 'zh-CN',
    span: 'yesterday',
    timing: everyMorning,
    recipients: recipients.map(({ memberId }) => memberId),
    ...more,
  }
}

async function daily() {
  const world = await newWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  return { world, formId }
}

async function add(world: World, formId: string, body: NewExportSchedule): Promise<string> {
  const reply = await world.admin.inject(addExportSchedule, { params: { formId }, body })
  expect([reply.status, reply.problem.code]).toEqual([200, undefined])
  return reply.body.id
}

const listed = async (world: World, formId: string) =>
  (await world.admin.inject(listExportSchedules, { params: { formId } })).body
const first = async (world: World, formId: string) => (await listed(world, formId)).items[0]
const outcomes = async (world: World, formId: string) =>
  (await first(world, formId))?.runs.map(({ people }) => people.map(({ outcome }) => outcome).sort()) ?? []

function inOrg(world: World, statement: ReturnType<typeof sql>) {
  return server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(statement),
  )
}

const failureCards = (world: World) =>
  server.ports.sent.filter(
    ({ target, message }) => target.corpId === world.corpId && message.title.startsWith('定时导出未送达'),
  )

/** Makes somebody a sub-admin of department 3. */
async function subAdmin(world: World, at: number): Promise<Person> {
  const person = world.members[at] ?? world.member
  await inOrg(
    world,
    sql`update members set role = 'sub-admin', manages = array[3]::bigint[] where id = ${person.memberId}`,
  )
  return world.as(person, 'sub-admin')
}

describe('Z-36: setting one', () => {
  it('is listed with its next moment, and offers the admins as recipients', async () => {
    const { world, formId } = await daily()
    await add(world, formId, plan([world.admin]))
    const { items, candidates } = await listed(world, formId)
    expect(items).toMatchObject([
      { state: 'active', stoppedFor: null, runs: [], owner: { name: '管理员甲' } },
    ])
    const nextAt = Date.parse(items[0]?.nextAt ?? '')
    expect(nextAt > testNow && nextAt - testNow <= dayMs).toBe(true)
    expect(new Date(nextAt).toISOString()).toContain('T00:00:00') // 08:00 in Zhengzhou
    expect(candidates.map(({ memberId }) => memberId)).toEqual([world.admin.memberId])
  })

  it('is refused for people who may not see answers, for days that do not fit, and beyond the limit', async () => {
    const { world, formId } = await daily()
    const refusal = async (id: string, body: NewExportSchedule) =>
      (await world.admin.inject(addExportSchedule, { params: { formId: id }, body })).problem.code
    const [member] = world.members
    expect(await refusal(formId, plan(member ? [member] : []))).toBe('export.recipient')
    const { span: _span, ...withoutDays } = plan([world.admin])
    expect(await refusal(formId, withoutDays)).toBe('export.range')
    const { id: onceId } = await world.publish('zhengzhou/work-start', { repeat: null })
    expect(await refusal(onceId, plan([world.admin]))).toBe('export.range')
    for (let i = 0; i < scheduleLimits.perForm; i += 1) await add(world, formId, plan([world.admin]))
    expect(await refusal(formId, plan([world.admin]))).toBe('export.schedules-full')
  })

  it('is a main admin’s to do', async () => {
    const { world, formId } = await daily()
    const manager = await subAdmin(world, 1)
    const reply = await manager.inject(addExportSchedule, { params: { formId }, body: plan([manager]) })
    expect(reply.problem.code).toBe('permission.missing')
  })
})

describe('Z-36: a run', () => {
  it('S-49: goes by mail to who has confirmed an address and wants it, and by work notification to the others', async () => {
    const { world, formId } = await daily()
    const [withMail, without, stopped] = [world.admin, await subAdmin(world, 1), await subAdmin(world, 2)]
    await giveAddress(server, world, withMail, 'lin@example.com')
    await giveAddress(server, world, stopped, 'wu@example.com')
    await stopped.inject(chooseMyNotifications, { body: { stopped: ['mail:exports'] } })
    await add(world, formId, plan([withMail, without, stopped], { by: ['mail'] }))
    const { candidates, items } = await listed(world, formId)
    expect(items[0]?.by).toEqual(['mail'])
    expect(candidates.filter(({ hasMail }) => hasMail).map(({ memberId }) => memberId)).toEqual([
      withMail.memberId,
    ])
    server.startJobs()
    server.deps.clock.set(testNow + dayMs)
    const cards = () =>
      server.ports.sent.filter(
        ({ target, message }) => target.corpId === world.corpId && message.title.startsWith('导出已完成'),
      )
    const told = await until(cards, (sent) => sent.length === 2)
    expect(told.flatMap(({ userIds }) => userIds).sort()).toEqual([without.userId, stopped.userId].sort())
    const mails = () =>
      server.ports.mails.filter(({ to }) => ['lin@example.com', 'wu@example.com'].includes(to))
    const [mail] = await until(mails, (list) => list.length > 0)
    expect(mails().map(({ to }) => to)).toEqual(['lin@example.com'])
    // A link behind the sign-in, and nothing of what is in the file.
    expect(mail?.text).toContain(`/m/forms/manage/forms/${formId}/exports?corpId=`)
    expect(mail?.stopUrl).toContain('/mail/stop/')
    for (const part of [mail?.subject, mail?.text, mail?.html]) expect(part).not.toMatch(/员工\d/)
  })

  it('gives each recipient a link to a file of his own, once, and after a pause of the server once too', async () => {
    const { world, formId } = await daily()
    const manager = await subAdmin(world, 1)
    await add(world, formId, plan([world.admin, manager]))
    server.startJobs()
    // Four mornings went by.
    server.deps.clock.set(testNow + 4 * dayMs)
    await until(
      () => outcomes(world, formId),
      (runs) => runs[0]?.every((outcome) => outcome === 'made') ?? false,
    )
    expect(await outcomes(world, formId)).toEqual([['made', 'made']])
    const own = async (person: Person) =>
      (await person.inject(listExports, { params: { formId } })).body.items
    const [[mine], [theirs]] = [await own(world.admin), await own(manager)]
    expect(mine?.id).not.toBe(theirs?.id)
    expect(mine?.request).toMatchObject({ from: '2026-03-05', to: '2026-03-05' })
    const exportId = mine?.id ?? ''
    const other = await manager.inject(downloadExport, { params: { formId, exportId } })
    expect(other.problem.code).toBe('resource.missing')
    const told = await until(
      () =>
        server.ports.sent.filter(
          ({ message }) => message.title.startsWith('导出已完成') && message.url.includes(formId),
        ),
      (messages) => messages.length === 2,
    )
    expect(JSON.stringify(told)).not.toContain('员工1')
    const next = Date.parse((await first(world, formId))?.nextAt ?? '')
    expect(next > testNow + 4 * dayMs && next <= testNow + 5 * dayMs).toBe(true)
  })

  it('waits for an export the recipient is having made himself', async () => {
    const { world, formId } = await daily()
    await add(world, formId, plan([world.admin]))
    const body = {
      shape: 'table',
      format: 'xlsx',
      from: '2026-03-02',
      to: '2026-03-02',
      locale: 'zh-CN',
    } as const
    await world.admin.inject(startExport, { params: { formId }, body })
    server.deps.clock.set(testNow + dayMs)
    server.startJobs()
    await until(
      async () => {
        server.deps.clock.advance(30_000)
        return outcomes(world, formId)
      },
      (runs) => runs[0]?.[0] === 'made',
    )
  })

  it('passes over somebody who lost the right to see answers', async () => {
    const { world, formId } = await daily()
    const manager = await subAdmin(world, 1)
    await add(world, formId, plan([world.admin, manager]))
    await inOrg(world, sql`update members set role = 'member' where id = ${manager.memberId}`)
    server.startJobs()
    server.deps.clock.set(testNow + dayMs)
    await until(
      () => outcomes(world, formId),
      ([run]) => run !== undefined && !run.includes('waiting'),
    )
    expect(await outcomes(world, formId)).toEqual([['made', 'no-right']])
    // Whoever set it hears of it, and not every morning again.
    await until(
      () => failureCards(world),
      ({ length }) => length === 1,
    )
    server.deps.clock.set(testNow + 2 * dayMs)
    await until(
      () => outcomes(world, formId),
      (runs) => runs.length === 2 && !runs.flat().includes('waiting'),
    )
    const [card, ...others] = failureCards(world)
    expect([card?.userIds, others]).toEqual([[world.admin.userId], []])
    expect(card?.message.lines.at(-1)?.value).toBe('接收人已无权查看填报内容')
  })

  it('tells its owner once what came to nothing, and by work notification whom the mail did not reach', async () => {
    const { world, formId } = await daily()
    const [one, other] = [await subAdmin(world, 1), await subAdmin(world, 2)]
    for (const [i, person] of [one, other].entries())
      await giveAddress(server, world, person, `gone${i}@example.com`)
    await add(world, formId, plan([one, other], { by: ['mail'] }))
    const { mail } = server.ports
    const { send } = mail
    const refuse = async (message: MailMessage) => {
      if (message.to.startsWith('gone')) throw new MailRefused(550, true)
      await send.call(mail, message)
    }
    Object.assign(mail, { send: refuse })
    try {
      server.startJobs()
      server.deps.clock.set(testNow + dayMs)
      await until(
        async () => {
          // It is looked after some minutes later.
          server.deps.clock.advance(60_000)
          return outcomes(world, formId)
        },
        ([run]) => run?.every((outcome) => outcome === 'unmailed') ?? false,
      )
      const ready = () =>
        server.ports.sent.filter(
          ({ target, message }) => target.corpId === world.corpId && message.title.startsWith('导出已完成'),
        )
      const told = await until(ready, ({ length }) => length === 2)
      expect(told.flatMap(({ userIds }) => userIds).sort()).toEqual([one.userId, other.userId].sort())
      const cards = await until(
        () => failureCards(world),
        ({ length }) => length > 0,
      )
      expect(cards.map(({ userIds, message }) => [userIds, message.lines.at(-1)?.value])).toEqual([
        [[world.admin.userId], '邮件没有送达'],
      ])
      expect(cards[0]?.message.text).toContain('已改用工作通知')
    } finally {
      Object.assign(mail, { send })
    }
  })
})

describe('Z-36: a schedule ends', () => {
  it.each([
    ['owner-rights', sql`role = 'member'`],
    ['owner-left', sql`left_at = now()`],
  ] as const)(
    'with its owner (%s), tells the other admins, and one of them takes it over',
    async (why, set) => {
      const { world, formId } = await daily()
      await add(world, formId, plan([world.admin]))
      const heir = world.as(world.member, 'main-admin')
      await inOrg(world, sql`update members set role = 'main-admin' where id = ${heir.memberId}`)
      await inOrg(world, sql`update members set ${set} where id = ${world.admin.memberId}`)
      server.startJobs()
      server.deps.clock.set(testNow + dayMs)
      const read = async () => (await heir.inject(listExportSchedules, { params: { formId } })).body.items[0]
      const stopped = await until(read, (each) => each?.state === 'stopped')
      expect(stopped).toMatchObject({ stoppedFor: why, nextAt: null, runs: [] })
      await until(
        () =>
          server.ports.sent.filter(
            ({ message }) => message.title.startsWith('定时导出已停止') && message.url.includes(formId),
          ),
        (messages) => messages.length > 0,
      )
      const params = { formId, scheduleId: stopped?.id ?? '' }
      await heir.inject(setExportScheduleState, { params, body: { state: 'active' } })
      expect(await read()).toMatchObject({
        state: 'active',
        stoppedFor: null,
        owner: { memberId: heir.memberId },
      })
    },
  )

  it('when its form ended before the days it spans', async () => {
    const { world, formId } = await daily()
    await add(world, formId, plan([world.admin]))
    await world.admin.inject(endForm, { params: { formId } })
    server.startJobs()
    server.deps.clock.set(testNow + 3 * dayMs)
    await until(
      () => first(world, formId),
      (each) => each?.stoppedFor === 'form-ended',
    )
    const params = { formId, scheduleId: (await first(world, formId))?.id ?? '' }
    const again = await world.admin.inject(setExportScheduleState, { params, body: { state: 'active' } })
    expect(again.problem.code).toBe('form.ended')
  })

  it('paused or deleted: nothing is made', async () => {
    const { world, formId } = await daily()
    const paused = await add(world, formId, plan([world.admin]))
    const gone = await add(world, formId, plan([world.admin]))
    const control = await add(world, formId, plan([world.admin]))
    const params = { formId, scheduleId: paused }
    await world.admin.inject(setExportScheduleState, { params, body: { state: 'paused' } })
    await world.admin.inject(removeExportSchedule, { params: { formId, scheduleId: gone } })
    server.startJobs()
    server.deps.clock.set(testNow + dayMs)
    await until(
      () => listed(world, formId),
      ({ items }) => items.find(({ id }) => id === control)?.runs[0]?.people[0]?.outcome === 'made',
    )
    const { items } = await listed(world, formId)
    expect(items.map(({ id }) => id)).toEqual([paused, control])
    expect(items[0]).toMatchObject({ state: 'paused', nextAt: null, runs: [] })
  })
})

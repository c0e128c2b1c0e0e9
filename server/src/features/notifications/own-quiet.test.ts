import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { civilDate, instantAt } from '@kangbao/shared/calendar/civil-day.ts'
import * as designing from '@kangbao/shared/contracts/designing.ts'
import { decideConsents } from '@kangbao/shared/contracts/consents.ts'
import { listDeliveries, listPushes } from '@kangbao/shared/contracts/ledger.ts'
import * as contracts from '@kangbao/shared/contracts/my-notifications.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { giveAddress } from '../../../test/mail-addresses.ts'
import { newDraft, ownContent, words } from '../../../test/own-form.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
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
beforeEach(() => server.deps.clock.set(testNow)) // Monday 10:00 in Shanghai

const period = '2026-03-02'
const go = (time: string, day = period) =>
  server.deps.clock.set(instantAt(civilDate(day), time, 'Asia/Shanghai'))
const sleeps = async (person: Person, from: string, to: string) => {
  const body = { stopped: [], quietHours: { from, to } }
  expect((await person.inject(contracts.chooseMyNotifications, { body })).status).toBe(200)
}
const cardsTo = (world: World, userId: string) =>
  server.ports.sent.filter(
    ({ target, userIds }) => target.corpId === world.corpId && userIds.includes(userId),
  )
const pushesOf = async (world: World, formId: string, of = period) =>
  (await world.admin.inject(listPushes, { params: { formId, period: of }, query: {} })).body.items
/** What the ledger says of each person of a push. */
async function ledgerOf(world: World, formId: string, pushId: string) {
  const { body } = await world.admin.inject(listDeliveries, { params: { formId, period }, query: { pushId } })
  return new Map(body.items.map(({ memberId, state, reason }) => [memberId, [state, reason]]))
}

describe('Z-33: quiet hours of one’s own', () => {
  it('are set, changed with what is stopped, kept when they are not named, and taken away', async () => {
    const { member } = await newWorld(server, { members: 1 })
    const mine = async () => (await member.inject(contracts.getMyNotifications)).body
    expect(await mine()).toEqual({ stopped: [], quietHours: null })
    await sleeps(member, '21:30', '08:00')
    const choose = (body: contracts.NotificationChoice) =>
      member.inject(contracts.chooseMyNotifications, { body })
    const quietHours = { from: '21:30', to: '08:00' }
    expect((await choose({ stopped: ['mail:reminders'] })).body).toEqual({
      stopped: ['mail:reminders'],
      quietHours,
    })
    await choose({ stopped: [], quietHours: null })
    expect(await mine()).toEqual({ stopped: [], quietHours: null })
  })

  it('hold back cards and letters of one person until they end, and none that would come after the cut-off', async () => {
    const world = await newWorld(server, { members: 4 })
    const [awake, asleep, tillMorning, filer] = world.members
    if (!awake || !asleep || !tillMorning || !filer) throw new Error('a world of four')
    await giveAddress(server, world, asleep, 'asleep@example.com')
    await sleeps(asleep, '11:30', '13:30')
    await sleeps(tillMorning, '12:30', '09:00')
    await sleeps(filer, '12:30', '14:00')
    const form = await world.publish('zhengzhou/daily', {
      repeat: { weekdays: [1], time: '12:00' },
      reminders: { memberAfterMinutes: 60, headsAfterMinutes: null, mailAfterMinutes: 65, quietHours: null },
    })
    const rung = async (kind: string) => (await pushesOf(world, form.id)).find((push) => push.kind === kind)
    go('12:00')
    // What the organisation asks for is asked of everybody at once.
    await until(
      () => pushesOf(world, form.id),
      ([push]) => push?.state === 'sent',
    )
    expect(cardsTo(world, asleep.userId)).toHaveLength(1)
    go('13:00')
    await until(
      () => cardsTo(world, awake.userId),
      ({ length }) => length === 2,
    )
    const held = await until(
      async () => ledgerOf(world, form.id, (await rung('remind-members'))?.id ?? ''),
      (people) => people.get(awake.memberId)?.[0] !== 'waiting',
    )
    expect(held.get(asleep.memberId)).toEqual(['waiting', 'own-quiet-hours'])
    expect(held.get(tillMorning.memberId)).toEqual(['failed', 'own-quiet-hours'])
    go('13:05')
    await until(
      () => rung('remind-mail'),
      (push) => push?.state === 'sending',
    )
    const body = { answers: healthyAnswers(period) }
    const params = { formId: form.id, period }
    expect((await filer.inject(fileSubmission, { params, body })).status).toBe(200)
    expect(cardsTo(world, asleep.userId)).toHaveLength(1)
    expect(server.ports.mails.filter(({ to }) => to === 'asleep@example.com')).toHaveLength(0)
    go('13:30')
    await until(
      () => [
        cardsTo(world, asleep.userId).length,
        server.ports.mails.filter(({ to }) => to === 'asleep@example.com').length,
      ],
      ([cards, mails]) => cards === 2 && mails === 1,
    )
    go('14:00')
    // Who filed while he was left in peace hears nothing any more.
    const done = await until(
      () => rung('remind-members'),
      (push) => push?.state === 'sent',
    )
    const told = await ledgerOf(world, form.id, done?.id ?? '')
    expect(told.get(filer.memberId)?.[0]).toBe('left-out')
    for (const person of [tillMorning, filer]) expect(cardsTo(world, person.userId)).toHaveLength(1)
  })

  it('hold back an alert of one’s own form unless it is urgent, and never one of a template (Z-38)', async () => {
    const world = await newWorld(server)
    await sleeps(world.admin, '09:00', '11:00')
    const rule = (id: string, atLeast: number, isUrgent: boolean) => ({
      ...{ id, number: 0, label: words(id), when: { field: 'seats', atLeast }, abnormal: true },
      alerts: { roles: ['main-admins' as const], people: [], isUrgent },
    })
    const findings = [rule('few', 2, false), rule('many', 5, true)]
    const draftId = await newDraft(server, world, { ...ownContent, findings })
    const settings = { ...plainSettings, repeat: null }
    const { body: form } = await world.admin.inject(designing.publishDraft, {
      params: { draftId },
      body: { revision: 1, settings },
    })
    const file = async (who: Person | undefined, seats: number) => {
      await who?.inject(decideConsents, { params: { formId: form.id }, body: { version: 1, granted: [] } })
      const answers = { 'comes-by': 'car', seats }
      const params = { formId: form.id, period }
      expect((await who?.inject(fileSubmission, { params, body: { answers } }))?.status).toBe(200)
    }
    const alerts = (count: number) =>
      until(
        () => cardsTo(world, world.admin.userId).filter(({ message }) => message.title.includes('异常提醒')),
        ({ length }) => length === count,
      )
    await file(world.members[0], 3)
    await file(world.members[1], 6)
    expect((await alerts(1))[0]?.message.title).toContain(world.members[1]?.name)
    const daily = await world.publish('zhengzhou/daily')
    const body = { answers: { ...healthyAnswers(period), temperature: 38 } }
    const params = { formId: daily.id, period }
    expect((await world.members[2]?.inject(fileSubmission, { params, body }))?.status).toBe(200)
    await alerts(2)
    go('11:00')
    expect((await alerts(3)).at(-1)?.message.title).toContain(world.members[0]?.name)
  })

  it('gather the news of new answers into one in the morning', async () => {
    const world = await newWorld(server)
    await sleeps(world.admin, '09:00', '11:00')
    const form = await world.publish('zhengzhou/daily', { tellsPublisher: true })
    const news = () =>
      cardsTo(world, world.admin.userId).filter(({ message }) => message.title.includes('份'))
    for (const [i, time] of ['10:05', '10:25', '10:45'].entries()) {
      go(time)
      const body = { answers: healthyAnswers(period) }
      const params = { formId: form.id, period }
      expect((await world.members[i]?.inject(fileSubmission, { params, body }))?.status).toBe(200)
    }
    go('11:00')
    const told = await until(news, ({ length }) => length > 0)
    expect(told.map(({ message }) => message.title)).toEqual([expect.stringContaining('3 份')])
  })
})

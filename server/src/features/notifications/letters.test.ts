import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listDeliveries, listPushes } from '@kangbao/shared/contracts/ledger.ts'
import { getMyMail } from '@kangbao/shared/contracts/my-mail.ts'
import { chooseMyNotifications, getMyNotifications } from '@kangbao/shared/contracts/my-notifications.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { giveAddress } from '../../../test/mail-addresses.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type World } from '../../../test/world.ts'
import type { Runner } from '../../jobs/runner.ts'
import { MailRefused, type MailMessage } from '../../ports/mail.ts'

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
const at = (time: string) => Date.parse(`${period}T${time}:00+08:00`)
const actor = { kind: 'system', name: 'test' } as const
const quietHours = { from: '22:00', to: '07:00' }
const reminders = { memberAfterMinutes: null, headsAfterMinutes: null, mailAfterMinutes: 60, quietHours }

/** What the mail server does with a letter; each test sets its own. */
async function withMail<T>(
  send: (message: MailMessage) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const { mail } = server.ports
  const before = mail.send
  Object.assign(mail, { send })
  return work().finally(() => Object.assign(mail, { send: before }))
}

const pushesOf = async (world: World, formId: string) =>
  (await world.admin.inject(listPushes, { params: { formId, period }, query: {} })).body.items
/** Lets the clock go on until the letters of a form are through, as tries are minutes apart. */
const mailed = (world: World, formId: string, count = 1) =>
  until(
    async () => {
      server.deps.clock.advance(5_000)
      return (await pushesOf(world, formId)).filter(({ kind }) => kind === 'remind-mail')
    },
    (pushes) =>
      pushes.length === count && pushes.every(({ state }) => state !== 'planned' && state !== 'sending'),
  )

describe('Z-33: reminders by mail', () => {
  it('go to who has a confirmed address and neither filed nor read a card, once in a period, with what became of each', async () => {
    const world = await newWorld(server, { members: 7 })
    const [filer, reader, reached, noAddress, gone, bounced, stopped] = world.members
    if (!filer || !reader || !reached || !noAddress || !gone || !bounced || !stopped)
      throw new Error('a world of seven')
    for (const [i, person] of [filer, reader, gone, bounced, stopped].entries())
      await giveAddress(server, world, person, `zhang${i}@example.com`)
    await giveAddress(server, world, reached, 'li@example.com', 'en')
    const choice = { body: { stopped: ['mail:reminders' as const] } }
    expect((await stopped.inject(chooseMyNotifications, choice)).status).toBe(200)
    const { workplace } = server.ports
    const { sendResult } = workplace
    const read = { isFinished: true, failed: [], read: [reader.userId], unread: [] }
    Object.assign(workplace, { sendResult: async () => read })
    const letters: MailMessage[] = []
    const form = await world.publish('zhengzhou/daily', { reminders })
    server.deps.clock.set(at('17:00'))
    await until(
      () => pushesOf(world, form.id),
      ([push]) => push?.state === 'sent',
    )
    server.deps.clock.set(at('17:02'))
    await until(
      () => pushesOf(world, form.id),
      ([push]) => push?.read === 1,
    )
    const params = { formId: form.id, period }
    const body = { answers: healthyAnswers(period) }
    expect((await filer.inject(fileSubmission, { params, body })).status).toBe(200)
    await server.deps.database.inOrg(world.orgId, actor, ({ tx }) =>
      tx.execute(sql`update members set left_at = now() where id = ${gone.memberId}`),
    )
    // The mail server is away for a moment: the letter is tried again under its own name; one mailbox is not there.
    const send = async (message: MailMessage) => {
      letters.push(message)
      if (message.to === 'zhang3@example.com') throw new MailRefused(550, true)
      if (letters.filter(({ to }) => to === message.to).length === 1) throw new Error('away')
    }
    await withMail(send, async () => {
      server.deps.clock.set(at('18:00'))
      await mailed(world, form.id)
    })
    const to = (address: string) => letters.filter((each) => each.to === address)
    expect(new Set(letters.map((each) => each.to))).toEqual(new Set(['li@example.com', 'zhang3@example.com']))
    expect(to('zhang3@example.com')).toHaveLength(1)
    expect(to('li@example.com').length).toBeGreaterThan(1)
    expect(new Set(to('li@example.com').map(({ id }) => id)).size).toBe(1)
    const [push] = await mailed(world, form.id)
    expect(push).toMatchObject({ planned: 2, sent: 1, delivered: 0, failed: 1, state: 'sent' })
    const query = { pushId: push?.id ?? '' }
    const { items } = (await world.admin.inject(listDeliveries, { params, query })).body
    expect(items.map(({ name, state, reason }) => [name, state, reason]).sort()).toEqual(
      [
        [bounced.name, 'failed', 'mail-no-mailbox:550'],
        [reached.name, 'sent', 'mail-taken'],
      ].sort(),
    )
    // S-45: in his language, and nothing in it about him or the form.
    const letter = to('li@example.com')[0]
    expect(letter?.subject).toBe('A form is waiting: 测试企业')
    expect(letter?.text).toContain(`/m/forms/fill/${form.id}?corpId=`)
    for (const secret of [
      reached.name,
      form.title['zh-CN'],
      form.title.en,
      '健康',
      'health',
      'li@example.com',
    ])
      for (const part of [letter?.subject, letter?.text, letter?.html]) expect(part).not.toContain(secret)
    // Its owner is told, and nothing is sent there again.
    expect((await bounced.inject(getMyMail)).body.refusedAt).not.toBeNull()
    const sendAt = new Date(at('16:59')).toISOString()
    await server.deps.database.inOrg(world.orgId, actor, ({ tx }) =>
      tx.execute(sql`
        insert into due_sends (org_id, form_id, kind, send_at, due_at)
        values (${world.orgId}, ${form.id}, 'remind-mail', ${sendAt}, ${sendAt})`),
    )
    const [second] = await mailed(world, form.id, 2)
    expect(second).toMatchObject({ planned: 0, sent: 0 })
    Object.assign(workplace, { sendResult })
  })

  it('are given up after an hour of “later”, and quiet hours end them', async () => {
    for (const [time, reason] of [
      ['12:00', 'mail-failed'],
      ['20:55', 'quiet-hours'],
    ] as const) {
      server.deps.clock.set(testNow)
      const world = await newWorld(server, { members: 1 })
      await giveAddress(server, world, world.member, 'later@example.com')
      const form = await world.publish('zhengzhou/daily', {
        repeat: { weekdays: [1], time },
        reminders,
      })
      let tries = 0
      const send = async () => {
        tries += 1
        throw new Error('later')
      }
      await withMail(send, async () => {
        server.deps.clock.set(at(time))
        await until(
          () => pushesOf(world, form.id),
          ([push]) => push?.state === 'sent',
        )
        server.deps.clock.set(at(time) + 62 * 60_000)
        await until(
          () => tries,
          (count) => count > 0,
        )
        const push = await until(
          async () => {
            server.deps.clock.advance(60_000)
            return (await pushesOf(world, form.id)).find(({ kind }) => kind === 'remind-mail')
          },
          (found) => found?.state === 'failed',
        )
        const params = { formId: form.id, period }
        const { items } = (
          await world.admin.inject(listDeliveries, { params, query: { pushId: push?.id ?? '' } })
        ).body
        expect(items).toMatchObject([{ state: 'failed', reason }])
      })
    }
  })

  it('RFC 8058: the link in a letter stops them without a session, once it is posted and not when it is opened', async () => {
    const world = await newWorld(server, { members: 1 })
    await giveAddress(server, world, world.member, 'wang@example.com')
    const form = await world.publish('zhengzhou/daily', {
      repeat: { weekdays: [1], time: '12:00' },
      reminders,
    })
    server.deps.clock.set(at('12:00'))
    await until(
      () => pushesOf(world, form.id),
      ([push]) => push?.state === 'sent',
    )
    server.deps.clock.set(at('13:00'))
    await mailed(world, form.id)
    const url = server.ports.mails.find(({ to }) => to === 'wang@example.com')?.stopUrl ?? ''
    const path = new URL(url).pathname
    expect(path).not.toMatch(/wang|example/)
    const stopped = async () => (await world.member.inject(getMyNotifications)).body.stopped
    const headers = { 'accept-language': 'en' }
    const page = await server.app.inject({ url: path, headers })
    expect([page.statusCode, await stopped()]).toEqual([200, []])
    expect(page.body).toContain('<form method="post">')
    expect(page.headers['content-security-policy']).toContain("form-action 'self'")
    const contentType = 'application/x-www-form-urlencoded'
    const post = (to: string) =>
      server.app.inject({
        method: 'POST',
        url: to,
        headers: { ...headers, 'content-type': contentType },
        payload: 'List-Unsubscribe=One-Click',
      })
    for (let i = 0; i < 2; i += 1) expect((await post(path)).statusCode).toBe(200)
    expect(await stopped()).toEqual(['mail:reminders'])
    // Changed anywhere it is nobody's.
    for (const i of [11, 30, 50, path.length - 2]) {
      const other = path[i] === 'A' ? 'B' : 'A'
      expect((await post(path.slice(0, i) + other + path.slice(i + 1))).statusCode).toBe(404)
    }
    await world.member.inject(chooseMyNotifications, { body: { stopped: [] } })
    expect(await stopped()).toEqual([])
  })
})

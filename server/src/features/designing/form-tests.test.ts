import { afterAll, beforeAll, expect, it } from 'vitest'
import * as designing from '@kangbao/shared/contracts/designing.ts'
import type { LiveEvent } from '@kangbao/shared/contracts/live.ts'
import {
  finishFormTest,
  getFormTest,
  listFormTests,
  sendFormTest,
  testDays,
} from '@kangbao/shared/contracts/form-tests.ts'
import { listMyForms } from '@kangbao/shared/contracts/submissions.ts'
import { newDraft, ownContent, words } from '../../../test/own-form.ts'
import { settled } from '../../../test/host.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())

it('Z-37: a draft goes as a marked card to some people, who try it as it was sent; it is asked of nobody', async () => {
  const world = await newWorld(server)
  const [one, two] = world.members
  if (!one || !two) throw new Error('members')
  const draftId = await newDraft(server, world, ownContent)
  const params = { draftId }
  const sent = await world.admin.inject(sendFormTest, { params, body: { userIds: [one.userId] } })
  expect(sent.body.memberIds).toEqual([one.memberId])
  await settled(server)
  const cards = server.ports.sent.filter(({ target }) => target.corpId === world.corpId)
  expect(cards.map(({ userIds, message }) => [userIds, message.title])).toEqual([
    [[one.userId], '【测试】停车登记'],
  ])
  expect(cards[0]?.message.url).toContain(`/m/forms/try/${sent.body.id}?`)
  const { items } = (await world.admin.inject(listFormTests, { params })).body
  expect(items).toMatchObject([{ people: [one.name], failure: null, sentAt: expect.any(String) as string }])

  // Who tries it to the end says so, once, and nothing else; the sender who looks at it is no tester.
  const events: LiveEvent[] = []
  const stop = server.deps.live.subscribe(world.orgId, (event) => events.push(event))
  // A screen hears nothing before its connection stands.
  await until(
    () => {
      server.deps.live.publish(world.orgId, { kind: 'directory' })
      return events
    },
    ({ length }) => length >= 1,
  )
  const finish = { params: { testId: sent.body.id } }
  for (const who of [one, one, world.admin]) await who.inject(finishFormTest, finish)
  expect((await two.inject(finishFormTest, finish)).status).toBe(404)
  const [tried] = (await world.admin.inject(listFormTests, { params })).body.items
  expect(tried?.triedBy).toEqual([one.name])
  const heard = await until(
    () => events.filter(({ kind }) => kind === 'form-test'),
    ({ length }) => length >= 1,
  )
  expect(heard[0]).toEqual({ kind: 'form-test', draftId })
  stop()

  // The designer goes on; who tries sees what he was sent.
  const changed = { ...ownContent, title: words('停车登记二') }
  await world.admin.inject(designing.saveDraft, { params, body: { revision: 1, content: changed } })
  const open = { params: { testId: sent.body.id } }
  const opened = await one.inject(getFormTest, open)
  expect(opened.body).toMatchObject({
    definition: { title: { 'zh-CN': '停车登记' } },
    profile: { name: one.name },
  })
  expect((await two.inject(getFormTest, open)).status).toBe(404)
  expect((await world.admin.inject(getFormTest, open)).status).toBe(200)
  expect((await one.inject(listMyForms)).body.items).toEqual([])

  server.deps.clock.advance(testDays * 86_400_000)
  expect((await one.inject(getFormTest, open)).status).toBe(404)
  await world.admin.inject(designing.deleteDraft, { params })
  expect((await world.admin.inject(listFormTests, { params })).status).toBe(404)
})

it('Z-37: a draft that could not be published is sent to nobody, nor is one to somebody who left', async () => {
  const world = await newWorld(server)
  const unfit = await newDraft(server, world, { ...ownContent, fields: [] })
  const send = (draftId: string, userIds: string[]) =>
    world.admin.inject(sendFormTest, { params: { draftId }, body: { userIds } })
  expect((await send(unfit, ['user1'])).problem.code).toBe('draft.invalid')
  const fit = await newDraft(server, world, ownContent)
  expect((await send(fit, ['user1', 'nobody'])).problem.code).toBe('form-test.people-missing')
  expect(
    (
      await world
        .as(world.member, 'sub-admin')
        .inject(sendFormTest, { params: { draftId: fit }, body: { userIds: ['user1'] } })
    ).status,
  ).toBe(403)
})

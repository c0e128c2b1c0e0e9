import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  getRangeStatistics,
  getStatistics,
  listCompletenessPeople,
} from '@kangbao/shared/contracts/completeness.ts'
import { decideConsents } from '@kangbao/shared/contracts/consents.ts'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import { changeFormSettings, endForm, getForm } from '@kangbao/shared/contracts/forms.ts'
import { fileSubmission, getFilling, getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { FormContent } from '@kangbao/shared/forms/design/content.ts'
import { changeText } from '@kangbao/shared/forms/design/design-texts.ts'
import { ownContent, words } from '../../../test/own-form.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type Person, type World } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow))

const day = '2026-03-02'

async function draftOf(world: World, content: FormContent): Promise<contracts.Draft> {
  const { body: blank } = await world.admin.inject(contracts.createDraft, { body: { from: 'blank' } })
  return saved(world.admin, blank, content)
}

async function saved(who: Person, { id, revision }: contracts.Draft, content: FormContent) {
  const reply = await who.inject(contracts.saveDraft, {
    params: { draftId: id },
    body: { revision, content },
  })
  expect(reply.status).toBe(200)
  return reply.body
}

const publish = (world: World, { id, revision }: contracts.Draft, settings = plainSettings) =>
  world.admin.inject(contracts.publishDraft, { params: { draftId: id }, body: { revision, settings } })

async function fill(who: Person, formId: string, answers: Record<string, string | number>, version = 1) {
  const params = { formId }
  await who.inject(decideConsents, { params, body: { version, granted: [] } })
  return who.inject(fileSubmission, { params: { formId, period: day }, body: { answers } })
}

describe('Z-37: a form of one’s own', () => {
  it('is drafted, checked, published and filled; its rule alerts, its notice says how long answers are kept', async () => {
    const world = await newWorld(server)
    const { body: blank } = await world.admin.inject(contracts.createDraft, { body: { from: 'blank' } })
    expect(blank.problems.map(({ reason }) => reason)).toEqual(['title.missing', 'fields.none'])
    const early = await publish(world, blank)
    expect([early.status, early.problem.code]).toEqual([422, 'draft.invalid'])

    const draft = await saved(world.admin, blank, ownContent)
    expect(draft.problems).toEqual([])
    const { status, body: form } = await publish(world, draft)
    expect(status).toBe(200)
    expect(form.templateId).toBeNull()
    expect(form.definition.fields.map(({ id, number }) => `${id}${number}`)).toEqual(['comes-by1', 'seats2'])
    expect(form.definition.title).toEqual({ 'zh-CN': '停车登记', en: '停车登记' })
    expect([form.noticeDays, form.settings.retentionDays]).toEqual([30, 30])
    expect((await world.admin.inject(contracts.listDrafts, { query: {} })).body.items).toEqual([])

    const filed = await fill(world.member, form.id, { 'comes-by': 'car', seats: 5 })
    expect([filed.status, filed.body.isAbnormal, filed.body.findings]).toEqual([200, true, ['many']])
    const hidden = await fill(world.members[1] ?? world.member, form.id, { 'comes-by': 'bus', seats: 5 })
    expect([hidden.status, hidden.body.isAbnormal]).toEqual([200, false])
  })

  it('goes back to the days of its notice when the settings name none', async () => {
    const world = await newWorld(server)
    const { body: form } = await publish(world, await draftOf(world, ownContent))
    const params = { formId: form.id }
    const longer = { ...plainSettings, retentionDays: 90 }
    expect(
      (await world.admin.inject(changeFormSettings, { params, body: longer })).body.settings.retentionDays,
    ).toBe(90)
    const back = await world.admin.inject(changeFormSettings, { params, body: plainSettings })
    expect(back.body.settings.retentionDays).toBe(30)
  })

  it('two admins at one draft: the second hears who was before him and when, and nothing is undone', async () => {
    const world = await newWorld(server)
    const draft = await draftOf(world, ownContent)
    const other = world.as(world.member, 'main-admin')
    await saved(other, draft, { ...ownContent, title: words('他的') })
    const late = await world.admin.inject(contracts.saveDraft, {
      params: { draftId: draft.id },
      body: { revision: draft.revision, content: ownContent },
    })
    expect([late.status, late.problem.code]).toEqual([409, 'draft.outdated'])
    expect(late.problem).toMatchObject({
      details: { changedBy: other.memberId, changedByName: world.member.name, revision: 3 },
    })
    expect((await publish(world, draft)).problem.code).toBe('draft.outdated')
    const { body } = await world.admin.inject(contracts.getDraft, { params: { draftId: draft.id } })
    expect(body.content.title['zh-CN']).toBe('他的')
  })

  it('what an answer has to meet is asked by the server too, and a new version asks nothing of old answers', async () => {
    const world = await newWorld(server)
    const message = { 'zh-CN': '开车的最多空 6 座', en: 'At most 6 seats in a car' }
    const checked = (atMost: number): FormContent => ({
      ...ownContent,
      fields: ownContent.fields.map((field) =>
        field.type === 'number' ? { ...field, check: { when: { field: field.id, atMost }, message } } : field,
      ),
    })
    const { body: form } = await publish(world, await draftOf(world, checked(6)))
    const refused = await fill(world.member, form.id, { 'comes-by': 'car', seats: 7 })
    expect([refused.status, refused.problem.code]).toEqual([422, 'answers.invalid'])
    expect(refused.problem).toMatchObject({
      details: {
        problems: [
          {
            pointer: 'answers/seats',
            reason: 'check.failed',
            params: { zh: message['zh-CN'], en: message.en },
          },
        ],
      },
    })
    expect((await fill(world.member, form.id, { 'comes-by': 'car', seats: 6 })).status).toBe(200)

    const { body: next } = await world.admin.inject(contracts.createDraft, {
      body: { from: 'version', formId: form.id },
    })
    const stricter = await saved(world.admin, next, checked(2))
    expect(stricter.changes.map((change) => changeText(change, 'zh-CN'))).toEqual(['“空座”的校验条件已修改'])
    await world.admin.inject(contracts.publishDraft, {
      params: { draftId: next.id },
      body: { revision: stricter.revision },
    })
    const { body: kept } = await world.admin.inject(getSubmission, {
      params: { formId: form.id, period: day, memberId: world.member.memberId },
    })
    expect(kept.answers).toEqual({ 'comes-by': 'car', seats: 6 })
  })

  it('a list of 2 000 options in both languages is kept, published, chosen from, counted and its people listed', async () => {
    const world = await newWorld(server)
    const options = Array.from({ length: 2000 }, (_, i) => ({
      value: `class-${i}`,
      code: 0,
      label: {
        'zh-CN': `郑州市第四十七中学高一年级${i}班`.repeat(3),
        en: `Zhengzhou No. 47 school, class ${i} `.repeat(5),
      },
    }))
    const content: FormContent = {
      ...ownContent,
      fields: [{ id: 'class', number: 0, type: 'single-choice', label: words('班级'), options }],
      findings: [],
    }
    expect(JSON.stringify(content).length).toBeGreaterThan(512 * 1024)
    const { body: form } = await publish(world, await draftOf(world, content))
    const filed = await fill(world.member, form.id, { class: 'class-1999' })
    expect(filed.status).toBe(200)
    const params = { formId: form.id, period: day }
    const { body } = await world.admin.inject(getStatistics, { params, query: {} })
    const chosen = body.questions[0]?.counts.filter(({ count }) => count > 0)
    expect([body.questions[0]?.counts.length, chosen?.length]).toEqual([2000, 1])
    const facet = chosen?.[0]?.facet ?? 0
    const people = await world.admin.inject(listCompletenessPeople, {
      params,
      query: { state: 'collected', facet },
    })
    expect(people.body.items.map(({ name }) => name)).toEqual([world.member.name])
    const narrowed = await world.admin.inject(getRangeStatistics, {
      params: { formId: form.id },
      query: { from: day, to: day, facets: String(facet) },
    })
    expect([narrowed.status, narrowed.body.collected]).toEqual([200, 1])
  })

  it('what is no form is not kept, and nobody but a main admin designs', async () => {
    const world = await newWorld(server)
    const draft = await draftOf(world, ownContent)
    const content = JSON.parse(
      JSON.stringify({ ...ownContent, fields: [{ id: 'a', type: 'evil' }] }),
    ) as FormContent // refused below
    const reply = await world.admin.inject(contracts.saveDraft, {
      params: { draftId: draft.id },
      body: { revision: draft.revision, content },
    })
    expect([reply.status, reply.problem.code]).toEqual([400, 'draft.unreadable'])
    for (const role of ['member', 'sub-admin'] as const)
      expect(
        (await world.as(world.member, role).inject(contracts.createDraft, { body: { from: 'blank' } }))
          .status,
      ).toBe(403)
  })
})

describe('Z-37: a published form that changes', () => {
  const changed: FormContent = {
    ...ownContent,
    fields: [
      {
        id: 'comes-by',
        number: 0,
        type: 'single-choice',
        label: words('怎么来上班'),
        required: true,
        carried: true,
        options: [
          { value: 'bike', code: 1, label: words('骑车') },
          { value: 'car', code: 2, label: words('开车') },
        ],
      },
      { id: 'seats', number: 1, type: 'text', maxLength: 20, label: words('空座'), carried: true },
    ],
    findings: [],
  }

  it('becomes version 2 with a readable difference; old answers keep theirs, and carry over where they still fit', async () => {
    const world = await newWorld(server)
    const { body: form } = await publish(world, await draftOf(world, ownContent))
    const params = { formId: form.id }
    await fill(world.member, form.id, { 'comes-by': 'car', seats: 5 })

    const begin = () => world.admin.inject(contracts.createDraft, { body: { from: 'version', ...params } })
    const { body: begun } = await begin()
    expect((await begin()).body.id).toBe(begun.id)
    expect(begun.changes).toEqual([])
    const draft = await saved(world.admin, begun, changed)
    const said = draft.changes.map((change) => changeText(change, 'zh-CN'))
    expect(said).toEqual([
      '“怎么来上班”新增选项“骑车”',
      '“怎么来上班”删除选项“公交”',
      '“空座”由数字改为单行文本',
      '删除异常规则“空座多”',
    ])
    const { body: next } = await world.admin.inject(contracts.publishDraft, {
      params: { draftId: draft.id },
      body: { revision: draft.revision },
    })
    expect(next.definition.version).toBe(2)
    expect(next.settings).toEqual(form.settings)
    // The number of passengers is another question now; the code of the bus is used by nobody else.
    const [comesBy, seats] = next.definition.fields
    expect([comesBy?.number, seats?.number]).toEqual([1, 3])
    expect(
      comesBy && 'options' in comesBy && comesBy.options.map(({ value, code }) => `${value}${code}`),
    ).toEqual(['bike3', 'car1'])

    const sheet = { formId: form.id, period: day, memberId: world.member.memberId }
    const { body: old } = await world.admin.inject(getSubmission, { params: sheet })
    expect(old.answers).toEqual({ 'comes-by': 'car', seats: 5 })
    expect(old.definition.version).toBe(1)
    const { body: filling } = await world.member.inject(getFilling, { params })
    expect(filling.formVersion).toBe(2)
    expect(filling.mine?.answers).toEqual({ 'comes-by': 'car' })
    const { body: all } = await world.admin.inject(contracts.listFormVersions, { params })
    expect(all.items.map(({ version, changes }) => [version, changes.length])).toEqual([
      [2, 4],
      [1, 0],
    ])
  })

  it('asks people to confirm the notice again only when it says something else', async () => {
    const world = await newWorld(server)
    const { body: form } = await publish(world, await draftOf(world, ownContent))
    const next = async (content: FormContent) => {
      const { body } = await world.admin.inject(contracts.createDraft, {
        body: { from: 'version', formId: form.id },
      })
      const draft = await saved(world.admin, body, content)
      const reply = await publish(world, draft)
      return reply.body.definition.notice?.version
    }
    expect(await next({ ...ownContent, description: words('新') })).toBe(1)
    expect(await next({ ...ownContent, notice: { ...ownContent.notice, keptDays: 60 } })).toBe(2)
    const { body } = await world.admin.inject(getForm, { params: { formId: form.id } })
    expect([body.noticeDays, body.settings.retentionDays, body.period]).toEqual([60, 60, 'day'])
  })

  it('an ended form has no next version; a template keeps its name and fields, and may be copied', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const locked = await world.admin.inject(contracts.createDraft, {
      body: { from: 'version', formId: form.id },
    })
    expect([locked.status, locked.problem.code]).toEqual([409, 'template.locked'])
    const copies = [
      await world.admin.inject(contracts.createDraft, { body: { from: 'copy', formId: form.id } }),
      await world.admin.inject(contracts.createDraft, {
        body: { from: 'template', templateId: 'zhengzhou/daily' },
      }),
    ]
    for (const { body: copy } of copies) {
      expect([copy.content.title['zh-CN'], copy.formId, copy.problems]).toEqual([
        '郑州市企业员工健康上报（副本）',
        null,
        [],
      ])
      expect((await publish(world, copy)).body.templateId).toBeNull()
    }
    const { body: own } = await publish(world, await draftOf(world, ownContent))
    await world.admin.inject(endForm, { params: { formId: own.id } })
    const ended = await world.admin.inject(contracts.createDraft, {
      body: { from: 'version', formId: own.id },
    })
    expect(ended.problem.code).toBe('form.ended')
  })
})

import { isDeepStrictEqual } from 'node:util'
import { inflateSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import type { RepeatSchedule } from '@kangbao/shared/calendar/schedule.ts'
import * as contracts from '@kangbao/shared/contracts/forms.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type World } from '../../../test/world.ts'
import { formByLink } from '../forms/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow)) // Monday 10:00 in Shanghai

const template = 'zhengzhou/daily'

function dueOf(world: World, formId: string) {
  return server.deps.database.inSystem(async ({ tx }) => {
    const { rows } = await tx.execute<{ kind: string; due: string }>(sql`
      select kind, to_char(due_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as due from due_sends
      where org_id = ${world.orgId} and form_id = ${formId} order by kind, due_at`)
    return rows.map(({ kind, due }) => `${kind} ${due}`)
  })
}

const publish = (world: World, settings: Partial<FormSettings> = {}, who = world.admin) =>
  who.inject(contracts.publishForm, {
    body: { templateId: template, settings: { ...plainSettings, ...settings } },
  })

describe('Z-30: templates', () => {
  it('come by category, locked, with defaults, and say where they are published', async () => {
    const world = await newWorld(server)
    const before = (await world.admin.inject(contracts.listTemplates)).body
    expect(before.categories.map(({ id }) => id)).toEqual(['health', 'season'])
    expect(
      before.templates.map(({ definition, publishedFormId }) => [
        definition.id,
        definition.locked,
        publishedFormId,
      ]),
    ).toEqual([
      ['zhengzhou/daily', true, null],
      ['zhengzhou/work-start', true, null],
      ['zhengzhou/day-tracks', true, null],
      ['zhengzhou/return-pledge', true, null],
    ])
    expect(before.templates.map(({ defaults }) => defaults.repeat?.time ?? null)).toEqual([
      '17:00',
      null,
      '17:00',
      null,
    ])
    const form = await world.publish(template)
    const after = (await world.admin.inject(contracts.listTemplates)).body
    expect(after.templates[0]?.publishedFormId).toBe(form.id)
    expect((await world.member.inject(contracts.listTemplates)).status).toBe(403)
  })

  it('a published form is a snapshot: name and fields exactly those of the template', async () => {
    const world = await newWorld(server)
    const form = await world.publish(template)
    const { body } = await world.admin.inject(contracts.getForm, { params: { formId: form.id } })
    expect(body.definition).toEqual(daily)
    expect(body.title).toEqual(daily.title)
    expect(body).toMatchObject({
      state: 'published',
      current: { period: '2026-03-02', expected: 5, collected: 0 },
    })
  })
})

describe('S-89: a locked template', () => {
  it('stays as it is, whatever is sent along with publishing or changing it', async () => {
    const mine = { ...daily, title: { 'zh-CN': '改过的', en: 'Changed' }, fields: [] }
    const extras: Record<string, unknown>[] = [
      { definition: mine },
      { fields: [] },
      { title: mine.title },
      { version: 9 },
      { locked: false },
      { template: mine },
      { findings: [] },
      { __proto__: { definition: mine } },
      { constructor: { prototype: { definition: mine } } },
    ]
    const world = await newWorld(server)
    const form = await world.publish(template)
    let changed = 0
    for (const extra of extras) {
      const settings = { ...plainSettings }
      const attacks = [
        { call: contracts.publishForm, body: { templateId: template, settings, ...extra } },
        { call: contracts.publishForm, body: { templateId: template, settings: { ...settings, ...extra } } },
        { call: contracts.changeFormSettings, params: { formId: form.id }, body: { ...settings, ...extra } },
      ]
      for (const { call, ...sent } of attacks) {
        // What no client of ours could send: the text goes out as it is.
        await world.admin.inject(call, JSON.parse(JSON.stringify(sent)))
        const { body } = await world.admin.inject(contracts.getForm, { params: { formId: form.id } })
        if (!isDeepStrictEqual(body.definition, daily)) changed += 1
        expect(body.title).toEqual(daily.title)
      }
    }
    const n = extras.length * 3
    figure({ id: 'S-89', n, value: changed, unit: 'locked fields changed', target: '=0', ok: changed === 0 })
    expect(changed).toBe(0)
    const { templates } = (await world.admin.inject(contracts.listTemplates)).body
    expect(templates[0]?.definition).toEqual(daily)
  })
})

describe('Z-31: publishing', () => {
  it('plans the next send, opens the period, and says so in the audit log', async () => {
    const world = await newWorld(server)
    const form = await world.publish(template)
    expect(form.nextSendAt).toBe('2026-03-02T09:00:00.000Z')
    expect(await dueOf(world, form.id)).toContain('send 2026-03-02 17:00')
    const early = await newWorld(server)
    const tomorrow = await early.publish(template, {
      repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '08:00' },
    })
    expect(await dueOf(early, tomorrow.id)).toContain('send 2026-03-03 08:00')
    const { rows } = await server.deps.database.inOrg(
      world.orgId,
      { kind: 'system', name: 'test' },
      ({ tx }) => tx.execute(sql`select action, actor, object from audit_log`),
    )
    expect(rows).toEqual([
      { action: 'form.published', actor: `member:${world.admin.memberId}`, object: `form:${form.id}` },
    ])
  })

  it.each<{ name: string; settings: Partial<FormSettings>; code: string; reason?: string }>([
    {
      name: 'an end in the past',
      settings: { endsOn: '2026-03-01' },
      code: 'form.settings-invalid',
      reason: 'ends-on.past',
    },
    {
      name: 'an end the calendar has not',
      settings: { endsOn: '2026-02-30' },
      code: 'form.settings-invalid',
      reason: 'ends-on.unreal',
    },
    {
      name: 'a repetition that never sends',
      settings: { endsOn: '2026-03-02', repeat: { weekdays: [1], time: '09:00' } },
      code: 'form.settings-invalid',
      reason: 'repeat.never',
    },
    {
      name: 'working days that are weekends alone',
      settings: { repeat: { weekdays: [6, 7], time: '09:00', workingDaysOnly: true } },
      code: 'form.settings-invalid',
      reason: 'repeat.never',
    },
    {
      name: 'heads reminded before members',
      settings: { reminders: { memberAfterMinutes: 120, headsAfterMinutes: 60 } },
      code: 'form.settings-invalid',
      reason: 'reminders.order',
    },
    {
      name: 'a department the org has not',
      settings: { audience: { kind: 'some', departmentIds: [77], userIds: [] } },
      code: 'form.settings-invalid',
      reason: 'department.unknown',
    },
    {
      name: 'a viewer the org has not',
      settings: { sharedViewers: ['nobody'] },
      code: 'form.settings-invalid',
      reason: 'person.unknown',
    },
    {
      name: 'an empty range',
      settings: { audience: { kind: 'some', departmentIds: [], userIds: [] } },
      code: 'form.audience-empty',
    },
  ])('refuses $name', async ({ settings, code, reason }) => {
    const world = await newWorld(server)
    const { status, problem } = await publish(world, settings)
    expect([status, problem.code, problem.details['reason']]).toEqual([422, code, reason])
    expect((await world.admin.inject(contracts.listForms, { query: {} })).body.items).toEqual([])
  })

  it('refuses an unknown template, a second publication, a member, and settings of another shape', async () => {
    const world = await newWorld(server)
    const unknown = { templateId: 'zhengzhou/none', settings: plainSettings }
    expect((await world.admin.inject(contracts.publishForm, { body: unknown })).problem.code).toBe(
      'template.missing',
    )
    const both = await Promise.all([publish(world), publish(world)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await publish(world)).problem.code).toBe('form.already-published')
    expect((await publish(world, {}, world.member)).problem.code).toBe('permission.missing')
    const bent = await publish(world, { repeat: { weekdays: [8], time: '25:00' } })
    expect(bent.problem.code).toBe('request.invalid')
  })

  it('previews the next ten sends and says when it begins tomorrow', async () => {
    const world = await newWorld(server)
    const { body } = await world.admin.inject(contracts.previewSends, {
      body: { repeat: { weekdays: [6, 7], time: '17:00' }, endsOn: '2026-03-15' },
    })
    expect(body).toEqual({
      sends: ['07', '08', '14', '15'].map((date) => `2026-03-${date}T09:00:00.000Z`),
      beginsTomorrow: true,
    })
    const unreal = await world.admin.inject(contracts.previewSends, {
      body: { repeat: { weekdays: [6], time: '17:00' }, endsOn: '2026-02-30' },
    })
    expect(unreal.problem.code).toBe('request.invalid')
  })

  it('previews, publishes and keeps a repetition of working days', async () => {
    server.deps.clock.set(Date.parse('2026-04-30T18:00:00+08:00'))
    const world = await newWorld(server)
    const repeat: RepeatSchedule = { weekdays: [1, 2, 3, 4, 5], time: '17:00', workingDaysOnly: true }
    const { body } = await world.admin.inject(contracts.previewSends, {
      body: { repeat, endsOn: '2026-05-11' },
    })
    // Labour Day: off from the 1st to the 5th, worked in return on Saturday the 9th.
    expect(body.sends).toEqual(['06', '07', '08', '09', '11'].map((date) => `2026-05-${date}T09:00:00.000Z`))
    const form = await world.publish(template, { repeat })
    expect(form).toMatchObject({ settings: { repeat }, nextSendAt: '2026-05-06T09:00:00.000Z' })
    expect(await dueOf(world, form.id)).toContain('send 2026-05-06 17:00')
  })

  it('changes settings, ends for good, and then the template may be published anew', async () => {
    const world = await newWorld(server)
    const form = await world.publish(template)
    const params = { formId: form.id }
    const settings = { ...plainSettings, repeat: { weekdays: [3], time: '08:30' } }
    const changed = await world.admin.inject(contracts.changeFormSettings, { params, body: settings })
    expect(changed.body).toMatchObject({ settings, nextSendAt: '2026-03-04T00:30:00.000Z' })
    expect(await dueOf(world, form.id)).toContain('send 2026-03-04 08:30')
    const ended = await world.admin.inject(contracts.endForm, { params })
    expect(ended.body).toMatchObject({ state: 'ended', nextSendAt: null })
    expect(await dueOf(world, form.id)).toEqual([])
    const late = await world.admin.inject(contracts.changeFormSettings, { params, body: plainSettings })
    expect(late.problem.code).toBe('form.ended')
    expect((await world.admin.inject(contracts.endForm, { params })).status).toBe(200)
    const again = await world.publish(template)
    const listed = await world.admin.inject(contracts.listForms, { query: { limit: 1 } })
    expect(listed.body.items.map(({ id }) => id)).toEqual([again.id])
    const rest = await world.admin.inject(contracts.listForms, {
      query: { cursor: listed.body.nextCursor ?? '' },
    })
    expect(rest.body.items.map(({ id, state }) => [id, state])).toEqual([[form.id, 'ended']])
  })

  it('X-01: another org finds none of it', async () => {
    const [world, other] = await Promise.all([newWorld(server), newWorld(server)])
    const { id } = await world.publish(template)
    const params = { formId: id }
    const replies = await Promise.all([
      other.admin.inject(contracts.getForm, { params }),
      other.admin.inject(contracts.changeFormSettings, { params, body: plainSettings }),
      other.admin.inject(contracts.endForm, { params }),
      other.admin.inject(contracts.formQr, { params }),
    ])
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect((await world.member.inject(contracts.endForm, { params })).status).toBe(403)
  })
})

describe('Z-32: sharing', () => {
  it('an org form has a member link; one open to anyone has an unguessable token that dies with it', async () => {
    const world = await newWorld(server)
    const closed = await world.publish('zhengzhou/work-start', { repeat: null })
    expect(closed.link).toBe(`http://localhost:7200/m/forms/fill/${closed.id}?corpId=${world.corpId}`)
    const open = await world.publish(template, { whoMayFill: 'anyone' })
    const token = new URL(open.link).searchParams.get('link') ?? ''
    expect(token).toMatch(/^[\w-]{32}$/)
    const lookUp = () => server.deps.database.inSystem((system) => formByLink(system, token))
    expect(await lookUp()).toEqual({ orgId: world.orgId, formId: open.id })
    await world.admin.inject(contracts.endForm, { params: { formId: open.id } })
    expect(await lookUp()).toBeNull()
  })

  it('the QR is a real PNG', async () => {
    const world = await newWorld(server)
    const form = await world.publish(template)
    const { status, body } = await world.admin.inject(contracts.formQr, { params: { formId: form.id } })
    expect(status).toBe(200)
    const png = Buffer.from(body)
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a')
    const size = png.readUInt32BE(16)
    expect(png.readUInt32BE(20)).toBe(size)
    const length = png.readUInt32BE(33)
    expect(png.subarray(37, 41).toString()).toBe('IDAT')
    const pixels = inflateSync(png.subarray(41, 41 + length))
    expect(pixels).toHaveLength(size * (1 + Math.ceil(size / 8)))
    // The quiet zone is white, the corner of the first finder pattern black.
    expect(pixels[1]).toBe(0xff)
    const row = 4 * 10 * (1 + Math.ceil(size / 8))
    expect(pixels[row + 1 + 5]).toBe(0)
  })
})

import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import * as xlsx from 'xlsx'
import { addDays, civilDayOf, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { listMembers, searchMembers } from '@kangbao/shared/contracts/directory.ts'
import { getForm } from '@kangbao/shared/contracts/forms.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { signInByAuthCode } from '@kangbao/shared/contracts/sessions.ts'
import { fileSubmission, getFilling } from '@kangbao/shared/contracts/submissions.ts'
import { getImport, uploadImport, type DirectoryImport } from '@kangbao/workplace/contracts/imports.ts'
import { workStartAnswers } from '../demo/answers.ts'
import { seeded } from '../demo/city.ts'
import { call, until, type Reply } from '../drivers/http.ts'
import type { Member } from '../drivers/member.ts'
import { push, sealPush } from '../support/callback.ts'
import { membersIn } from '../support/directory.ts'
import { receivedReports, shownReports, tellReceiver } from '../support/ledgers.ts'
import { OwnStack } from '../support/own-stack.ts'
import { dayAnswers, foundOrg, outlineOf, type WorkingOrg } from '../support/working-org.ts'

test.describe.configure({ mode: 'default', timeout: 300_000 })

let own: OwnStack
let org: WorkingOrg
let other: WorkingOrg
let member: Member
let day: CivilDate
test.beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('10:00')
  org = await foundOrg(own.urls, outlineOf(1, 3))
  other = await foundOrg(own.urls, outlineOf(2, 0))
  const [first] = org.members
  if (!first) throw new Error('the org has no members')
  member = first
  day = civilDayOf(own.now(), 'Asia/Shanghai')
  // So that periods are opened and every table has something to lose.
  await file(member, { answers: dayAnswers(day) })
  for (const each of org.members) await each.takeNote(org.forms.daily)
})
test.afterAll(() => own.stop())

const file = (who: Member, body: unknown, period: string = day, formId = org.forms.daily) =>
  who.try(fileSubmission, { params: { formId, period }, body })

/** Every refusal says what, in words and as a code, and which request it was. */
function expectProblem({ status, body, headers }: Reply, code: string, expected: number): void {
  expect(body).toMatchObject({ code, status: expected })
  expect(body).toMatchObject({ title: expect.stringMatching(/\S/), requestId: expect.stringMatching(/\S/) })
  expect(status).toBe(expected)
  expect(headers.get('content-type')).toContain('application/problem+json')
}

/** Nothing an act of refusal may touch has more or fewer rows after it. */
async function expectUntouched(act: () => Promise<void>): Promise<void> {
  const owed = 'select count(*)::int as owed from outbox where available_at <= $1 or relayed_at is not null'
  const settled = async () => {
    await until(
      'quiet',
      () => own.rows<{ owed: number }>(org.orgId, owed, [new Date(own.now())]),
      ([row]) => row?.owed === 0,
    )
    return own.rowCounts(org.orgId)
  }
  const before = await settled()
  await act()
  // Refusals are noted in the log of the installation; the outbox comes and goes by itself, and rows of the logs get
  // their links when it suits.
  const kept = (counts: Record<string, number>) => ({
    ...counts,
    system_audit_log: 0,
    system_audit_links: 0,
    audit_links: 0,
    audit_waiting: 0,
    outbox: 0,
    due_sends: 0,
  })
  expect(kept(await settled())).toEqual(kept(before))
}

test('Z-35: answers that break the form’s rules are refused field by field, and nothing is stored', async () => {
  const [, second] = org.members
  if (!second) throw new Error('the org has two members')
  const wrong: readonly { name: string; answers: unknown; field: string }[] = [
    { name: 'a temperature of 60', answers: dayAnswers(day, 60), field: 'temperature' },
    {
      name: 'a temperature in text',
      answers: { ...dayAnswers(day), temperature: '36.5' },
      field: 'temperature',
    },
    { name: 'two decimal places', answers: dayAnswers(day, 36.55), field: 'temperature' },
    { name: 'the date of tomorrow', answers: dayAnswers(addDays(day, 1)), field: 'date' },
    { name: 'a date that is none', answers: dayAnswers('2026-02-30'), field: 'date' },
    { name: 'an unknown field', answers: { ...dayAnswers(day), shoe: 44 }, field: 'shoe' },
    { name: 'an unknown choice', answers: { ...dayAnswers(day), 'at-work': 'maybe' }, field: 'at-work' },
    {
      name: 'nothing with something',
      answers: { ...dayAnswers(day), symptoms: ['none', 'fever'] },
      field: 'symptoms',
    },
    {
      name: 'a place that is none',
      answers: { ...dayAnswers(day), place: { code: '999999' } },
      field: 'place',
    },
  ]
  await expectUntouched(async () => {
    for (const { name, answers, field } of wrong) {
      const reply = await file(second, { answers })
      expect({ name, code: (reply.body as { code: string }).code }).toEqual({ name, code: 'answers.invalid' })
      expectProblem(reply, 'answers.invalid', 422)
      expect(reply.body).toMatchObject({ details: { problems: [expect.objectContaining({ field })] } })
      // Where and why, never what: it may be personal.
      expect(JSON.stringify(reply.body)).not.toMatch(/36\.55|999999|maybe/)
    }
  })
})

test('S-20: bodies of the wrong shape are refused before anything happens', async () => {
  const [, second] = org.members
  if (!second) throw new Error('the org has two members')
  await expectUntouched(async () => {
    for (const body of [
      { answers: [] },
      { answers: 'none' },
      { answers: null },
      {},
      [],
      { answers: dayAnswers(day), memberId: randomUUID() },
      { answers: dayAnswers(day), carried: 'all' },
    ])
      expectProblem(await file(second, body), 'request.invalid', 400)

    const tooLarge = { answers: { ...dayAnswers(day), 'symptoms-other': 'x'.repeat(600_000) } }
    expectProblem(await file(second, tooLarge), 'request.too-large', 413)

    for (const [path, text] of [
      ['/sessions/auth-code', '{"app":'],
      ['/sessions/auth-code', '\0'],
    ] as const)
      expectProblem(await raw('POST', path, text), 'request.invalid', 400)
    expectProblem(await raw('GET', '/no-such-thing'), 'route.missing', 404)

    expectProblem(await file(second, { answers: dayAnswers(day) }, 'someday'), 'request.invalid', 400)
    expectProblem(await file(second, { answers: dayAnswers(day) }, '2026-13-41'), 'resource.missing', 404)
    expectProblem(await file(second, { answers: dayAnswers(day) }, 'once'), 'resource.missing', 404)
    const tomorrow = addDays(day, 1)
    expectProblem(await file(second, { answers: dayAnswers(tomorrow) }, tomorrow), 'form.not-open', 409)
    const yesterday = addDays(day, -1)
    expectProblem(await file(second, { answers: dayAnswers(yesterday) }, yesterday), 'form.closed', 409)
  })
})

test('X-01: another org’s form does not exist, whoever asks', async () => {
  await expectUntouched(async () => {
    const params = { formId: other.forms.daily }
    for (const who of [member, org.admin]) {
      expectProblem(
        await file(who, { answers: dayAnswers(day) }, day, params.formId),
        'resource.missing',
        404,
      )
      expectProblem(await who.try(getFilling, { params }), 'resource.missing', 404)
    }
    expectProblem(await org.admin.try(getForm, { params }), 'resource.missing', 404)
    expectProblem(await member.try(sendReport, { params: { kind: 'health' } }), 'permission.missing', 403)
    const reply = await call(
      `${own.urls.server}/api`,
      getForm,
      { params: { formId: org.forms.daily } },
      'a.b.c',
    )
    expectProblem(reply, 'session.missing', 401)
  })
})

test('S-21: text that looks like SQL is text', async () => {
  const nasty = `'); drop table submissions; -- " ; select 1; $$ \\ %_`
  // A search that is answered is noted in the audit log, so it stands outside.
  const found = await org.admin.call(searchMembers, { body: { search: nasty.slice(0, 40) } })
  expect(found.items).toEqual([])
  await expectUntouched(async () => {
    expectProblem(await org.admin.try(listMembers, { query: { cursor: nasty } }), 'request.invalid', 400)
    expectProblem(
      await raw('GET', `/forms/${encodeURIComponent(nasty)}`, undefined, org.admin),
      'request.invalid',
      400,
    )
  })
  const answers = { ...dayAnswers(day), symptoms: ['other'], 'symptoms-other': nasty }
  expect((await file(member, { answers })).status).toBe(200)
  const filling = await member.call(getFilling, { params: { formId: org.forms.daily } })
  expect(filling.mine?.answers['symptoms-other']).toBe(nasty)
})

test('Z-23: an auth code is good once, and for five minutes', async () => {
  const body = (code: string) => ({ app: 'forms' as const, corpId: org.corpId, code })
  const signIn = (code: string) =>
    call(`${own.urls.server}/api`, signInByAuthCode, { body: body(code) }, undefined)
  const fresh = () => org.adminPerson.authCode(org.hostOrgId, org.agents.forms)

  const used = await fresh()
  expect((await signIn(used)).status).toBe(200)
  const old = await fresh()
  await own.advance(5 * 60_000 + 1_000)
  await expectUntouched(async () => {
    for (const code of [used, old, 'made-up', nothingLike(old)])
      expectProblem(await signIn(code), 'auth-code.invalid', 401)
    // A code of one org is none of another's.
    const foreign = await other.adminPerson.authCode(other.hostOrgId, other.agents.forms)
    expectProblem(await signIn(foreign), 'auth-code.invalid', 401)
  })
})

test('S-27, S-28: callbacks that are forged, too old or repeated have no effect', async () => {
  const received = async () => (await own.rowCounts(org.orgId))['callback_inbox'] ?? 0
  const refusals = async () => (await own.rowCounts(org.orgId))['system_audit_log'] ?? 0
  const event = () => ({
    EventType: 'change_auth',
    SuiteKey: 'suitekangbaoforms',
    AuthCorpId: org.corpId,
    TimeStamp: String(own.now()),
    eventId: randomUUID(),
  })
  const good = sealPush(own, 'forms', event())
  const flipped = (text: string) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  const forgeries = [
    { ...good, signature: flipped(good.signature) },
    { ...good, nonce: flipped(good.nonce) },
    { ...good, timestamp: flipped(good.timestamp) },
    { ...good, encrypt: good.encrypt.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) },
    { ...good, signature: '' },
    // Rightly signed, by the keys of another app.
    sealPush(own, 'health-report', event()),
  ]
  const [inbox, noted] = [await received(), await refusals()]
  const answers = new Set<string>()
  for (const forged of forgeries) {
    const response = await push(own, 'forms', forged)
    const body = (await response.json()) as Record<string, unknown> // a problem document
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({ code: 'callback.forged', requestId: expect.any(String) })
    answers.add(JSON.stringify({ ...body, requestId: '' }))
  }
  // Whoever tries keys learns nothing from the answers.
  expect(answers.size).toBe(1)
  figure({
    id: 'S-27',
    n: forgeries.length,
    value: (await received()) - inbox,
    unit: 'accepted',
    target: '=0',
    ok: true,
  })
  expect(await refusals()).toBeGreaterThan(noted)

  const stale = await push(own, 'forms', sealPush(own, 'forms', event(), own.now() - 2 * 3_600_000))
  expect(stale.status).toBe(401)
  expect(await stale.json()).toMatchObject({ code: 'callback.forged' })
  expect(await received()).toBe(inbox)

  // The host repeats what it is not sure of: it is told "success" each time, and the event counts once.
  for (let n = 0; n < 5; n += 1) {
    const response = await push(own, 'forms', good)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ encrypt: expect.any(String) })
  }
  const secondEffects = (await received()) - inbox - 1
  figure({
    id: 'S-28',
    n: 4,
    value: secondEffects,
    unit: 'second-effects',
    target: '=0',
    ok: secondEffects === 0,
  })
  expect(secondEffects).toBe(0)
})

test('Z-41, Z-44: a second tap on 上报 makes no second report', async () => {
  await tellReceiver(own, { mode: 'delay', delayMs: 1_500, times: 1 })
  const params = { kind: 'health' } as const
  const taps = await Promise.all([1, 2, 3].map(() => org.admin.try(sendReport, { params })))
  expect(taps.filter(({ status }) => status === 200)).toHaveLength(1)
  for (const reply of taps.filter(({ status }) => status !== 200))
    expectProblem(reply, 'report.in-progress', 409)
  await until(
    'the receipt',
    () => shownReports(org.admin, 'health'),
    (reports) => reports.length === 1 && reports[0]?.state === 'delivered',
  )
  expect(await receivedReports(own, org, 'health')).toHaveLength(1)
  await until(
    'the sums of its region to have it',
    () => own.rows('', 'select from rollup_reports where is_dirty'),
    (left) => left.length === 0,
  )
  await expectUntouched(async () => {
    expectProblem(
      await org.admin.try(sendReport, { params: { kind: 'employment' } }),
      'report.nothing-new',
      409,
    )
    expectProblem(await org.admin.try(sendReport, { params: { kind: 'weather' } }), 'request.invalid', 400)
  })
})

test('Z-04: what is no contact book is refused, and the contact book stays as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-wrong-'))
  const book = (rows: unknown[][]) =>
    xlsx.write(xlsx.utils.book_new(xlsx.utils.aoa_to_sheet(rows), '表'), {
      type: 'buffer',
      bookType: 'xlsx',
    }) as Buffer // by its `type`
  const good = book([
    ['姓名', '手机号', '部门'],
    ['某人', '13800019999', '一车间'],
  ])
  const wrong: readonly { name: string; content: Buffer; codes: RegExp }[] = [
    { name: 'empty.xlsx', content: Buffer.alloc(0), codes: /^import\.not-workbook$/ },
    {
      name: 'text.xlsx',
      content: Buffer.from('姓名,手机号,部门\n某人,1,2'),
      codes: /^import\.not-workbook$/,
    },
    {
      name: 'page.xls',
      content: Buffer.from('<html><table><tr><td>姓名</td></tr></table>'),
      codes: /^import\./,
    },
    {
      name: 'picture.xlsx',
      content: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      codes: /^import\.not-workbook$/,
    },
    { name: 'cut.xlsx', content: good.subarray(0, good.length / 2), codes: /^import\.unreadable$/ },
    {
      name: 'headings.xlsx',
      content: book([
        ['水果', '价格'],
        ['苹果', 3],
      ]),
      codes: /^import\.headings-missing$/,
    },
    { name: 'nothing.xlsx', content: book([]), codes: /^import\.headings-missing$/ },
  ]
  const { adminPerson, hostOrgId } = org
  const before = await membersIn(adminPerson, hostOrgId)
  try {
    for (const { name, content, codes } of wrong) {
      const path = join(folder, name)
      writeFileSync(path, content)
      const form = new FormData()
      form.append('file', new Blob([new Uint8Array(readFileSync(path))]), basename(path))
      const reply = await adminPerson.try(uploadImport, { params: { orgId: hostOrgId }, body: form })
      if (reply.status >= 400) {
        expect({ name, code: (reply.body as { code: string }).code }).toEqual({
          name,
          code: expect.stringMatching(codes),
        })
        expect(reply.headers.get('content-type')).toContain('application/problem+json')
        continue
      }
      const { id } = reply.body as DirectoryImport // serialised by the same schema
      const params = { orgId: hostOrgId, importId: id }
      const checked = await until(
        `the check of ${name}`,
        () => adminPerson.call(getImport, { params }),
        ({ state }) => state !== 'checking',
      )
      expect({ name, state: checked.state, failure: checked.failure }).toEqual({
        name,
        state: 'failed',
        failure: expect.stringMatching(codes),
      })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  expect(await membersIn(adminPerson, hostOrgId)).toBe(before)
})

test('X-05: no log names anybody', async () => {
  const [person] = org.people
  if (!person) throw new Error('the org has people')
  const registration = workStartAnswers(day, person, seeded(3))
  expect((await file(member, { answers: registration }, 'once', org.forms.workStart)).status).toBe(200)
  const idNumber = String(registration['id-number'])
  // Refused ones must not end up there either.
  const misread = {
    ...registration,
    'id-number': `${idNumber.slice(0, 17)}${idNumber.endsWith('1') ? '2' : '1'}`,
  }
  expectProblem(await file(member, { answers: misread }, 'once', org.forms.workStart), 'answers.invalid', 422)

  const logs = own.logs()
  expect(logs).toContain('PUT /api/forms/:formId/submissions/:period')
  const outlines = [outlineOf(1, 3), outlineOf(2, 0)]
  const secrets = [
    ...outlines.flatMap(({ adminName, adminPhone, people }) => [
      adminName,
      adminPhone,
      ...people.flatMap(({ name, phone }) => [name, phone]),
    ]),
    idNumber,
    misread['id-number'],
    org.admin.session.token,
    member.session.token,
    org.adminPerson.token,
    'drop table',
  ]
  const found = secrets.filter((secret) => logs.includes(secret))
  figure({
    id: 'X-05',
    n: secrets.length,
    value: found.length,
    unit: 'found-in-logs',
    target: '=0',
    ok: found.length === 0,
  })
  expect(found).toEqual([])
})

const nothingLike = (code: string) => [...code].reverse().join('')

async function raw(method: string, path: string, body?: string, as?: Member): Promise<Reply> {
  const response = await fetch(`${own.urls.server}/api${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(as ? { authorization: `Bearer ${as.session.token}` } : {}),
    },
    ...(body === undefined ? {} : { body }),
  })
  return { status: response.status, body: await response.json(), headers: response.headers }
}

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as xlsx from 'xlsx'
import { figure } from '@kangbao/launcher/figure.ts'
import { enterAbsences } from '@kangbao/shared/contracts/absences.ts'
import { actOnCase } from '@kangbao/shared/contracts/cases.ts'
import { getMyData, getMyDataSheet, listLooks } from '@kangbao/shared/contracts/own-data.ts'
import { correctSubmission, fileSubmission, getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** Files both forms with texts that tell whose they are; the first is revised, then corrected by the admin. */
async function plant(world: World, person: Person, mark: string, forms: { daily: string; once: string }) {
  const file = (formId: string, period: string, answers: object) =>
    person.inject(fileSubmission, { params: { formId, period }, body: { answers: { ...answers } } })
  await file(forms.daily, day, healthyAnswers(day, { remarks: `${mark}-一` }))
  await file(forms.daily, day, healthyAnswers(day, { remarks: `${mark}-二` }))
  await world.admin.inject(correctSubmission, {
    params: { formId: forms.daily, period: day, memberId: person.memberId },
    body: {
      answers: healthyAnswers(day, { remarks: `=HYPERLINK("${mark}-三")`, temperature: 38.2 }),
      reason: `${mark}-更正`,
    },
  })
  await world.admin.inject(actOnCase, {
    params: { formId: forms.daily, period: day, memberId: person.memberId },
    body: { act: 'contact', version: 1, note: `${mark}-跟进` },
  })
  await file(forms.once, 'once', workStartAnswers({ places: `${mark}-行程` }))
  const away = `2026-07-${mark.slice(0, 2)}`
  await world.admin.inject(enterAbsences, {
    body: { memberIds: [person.memberId], kind: 'travel', from: away, to: away },
  })
  const phone = await server.deps.vault.seal(
    { orgId: world.orgId, table: 'members', column: 'phone', row: person.memberId },
    `1390000${mark}`,
  )
  await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(
      sql`update members set phone = ${phone}, job_number = ${`${mark}-工号`} where id = ${person.memberId}`,
    ),
  )
  return ['一', '二', '三', '更正', '跟进', '行程', '工号']
    .map((word) => `${mark}-${word}`)
    .concat(`1390000${mark}`, away)
}

it('S-43: a copy of one’s data holds everything planted and nothing of anybody else, as JSON and as a workbook', async () => {
  const world = await newWorld(server)
  const forms = {
    daily: (await world.publish('zhengzhou/daily')).id,
    once: (await world.publish('zhengzhou/work-start', { repeat: null })).id,
  }
  const [mine, other] = world.members
  if (!mine || !other) throw new Error('a world needs two people')
  const own = await plant(world, mine, '1111', forms)
  const foreign = await plant(world, other, '2222', forms)
  const json = JSON.stringify((await mine.inject(getMyData)).body)
  const reply = await server.app.inject({
    url: `/api${getMyDataSheet.path}`,
    headers: { authorization: `Bearer ${mine.token}` },
  })
  expect(reply.headers['content-disposition']).toContain('my-data.xlsx')
  const book = xlsx.read(reply.rawPayload, { type: 'buffer' })
  const cells = book.SheetNames.flatMap((name) => {
    const sheet = book.Sheets[name]
    return sheet ? xlsx.utils.sheet_to_json<string[]>(sheet, { header: 1 }).flat() : []
  }).map(String)
  const sheetText = cells.join('\n')
  // In JSON quotes are escaped; the planted words themselves hold none.
  const missing = own.filter((word) => !json.includes(word) || !sheetText.includes(word))
  const strangers = foreign.filter((word) => json.includes(word) || sheetText.includes(word))
  expect(json.includes(other.memberId) || sheetText.includes(other.memberId)).toBe(false)
  figure({
    id: 'S-43',
    n: own.length * 2,
    value: missing.length + strangers.length,
    unit: 'missing or foreign items',
    target: '0',
    ok: missing.length + strangers.length === 0,
  })
  expect(missing).toEqual([])
  expect(strangers).toEqual([])
  const formulas = book.SheetNames.flatMap((name) =>
    Object.values(book.Sheets[name] ?? {}).filter((cell: { f?: string }) => cell.f),
  )
  expect(formulas).toEqual([])
})

it('X-05: who looked at my data is told to me by name, and to nobody else', async () => {
  const world = await newWorld(server)
  const formId = (await world.publish('zhengzhou/daily')).id
  await world.member.inject(fileSubmission, {
    params: { formId, period: day },
    body: { answers: healthyAnswers(day) },
  })
  await world.admin.inject(getSubmission, {
    params: { formId, period: day, memberId: world.member.memberId },
  })
  const looks = await world.member.inject(listLooks, { query: {} })
  const title = '郑州市企业员工健康上报'
  expect(
    looks.body.items.map(({ by, action, form }) => [by, action.en, form?.title['zh-CN'], form?.period]),
  ).toEqual([['管理员甲', 'Looked at answers', title, day]])
  expect((await world.members[1]?.inject(listLooks, { query: {} }))?.body.items).toEqual([])
})

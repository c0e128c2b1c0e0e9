import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as xlsx from 'xlsx'
import {
  downloadExport,
  listExports,
  removeExport,
  startExport,
  startFullExport,
  type AnswerExport,
  type ExportRequest,
} from '@kangbao/shared/contracts/exports.ts'
import { askErasure, listLooks } from '@kangbao/shared/contracts/own-data.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, signToken, type Person, type World } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 100 } })
})
afterAll(() => server.close())

const day = '2026-03-02'
const daily = { shape: 'table', format: 'xlsx', from: day, to: day, locale: 'zh-CN' } as const
const once = { shape: 'table', format: 'xlsx', locale: 'zh-CN' } as const

async function file(formId: string, person: Person | undefined, answers: Answers, period = day) {
  const reply = await person?.inject(fileSubmission, { params: { formId, period }, body: { answers } })
  expect([reply?.status, reply?.problem.code]).toEqual([200, undefined])
}

async function start(formId: string, person: Person, body: ExportRequest): Promise<AnswerExport> {
  const reply = await person.inject(startExport, { params: { formId }, body })
  expect([reply.status, reply.problem.code]).toEqual([200, undefined])
  return reply.body
}

const stateOf = async (person: Person, { formId, id }: AnswerExport) =>
  (await person.inject(listExports, { params: { formId } })).body.items.find((each) => each.id === id)

async function download(person: Person, { formId, id }: AnswerExport): Promise<Buffer> {
  const reply = await person.inject(downloadExport, { params: { formId, exportId: id } })
  expect([reply.status, reply.problem.code]).toEqual([200, undefined])
  return reply.body as Buffer // as it is injected
}

/** Has it made, waits for it, downloads it. */
async function exported(formId: string, person: Person, body: ExportRequest) {
  server.startJobs()
  const started = await start(formId, person, body)
  const done = await until(
    () => stateOf(person, started),
    (each) => each?.state === 'ready',
  )
  return { done, bytes: await download(person, started) }
}

function tableOf(bytes: Buffer, name = '答卷'): (string | number)[][] {
  const sheet = xlsx.read(bytes).Sheets[name]
  if (!sheet) throw new Error(`no sheet ${name}`)
  return xlsx.utils.sheet_to_json(sheet, { header: 1, defval: '' })
}
const column = (table: (string | number)[][], heading: string) => {
  const at = table[0]?.indexOf(heading) ?? -1
  if (at < 0) throw new Error(`no column ${heading}: ${table[0]?.join()}`)
  return table.slice(1).map((row) => row[at])
}

/** A daily form that three have filled, one of them with a fever. */
async function filled(): Promise<{ world: World; formId: string }> {
  const world = await newWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  await file(formId, world.members[0], healthyAnswers(day))
  await file(formId, world.members[1], healthyAnswers(day, { temperature: 38.2 }))
  await file(formId, world.members[2], healthyAnswers(day))
  return { world, formId }
}

describe('before a worker has come to it', () => {
  it('Z-36: one runs at a time, it can be stopped, and only its asker knows of it', async () => {
    const { world, formId } = await filled()
    const started = await start(formId, world.admin, daily)
    expect(started).toMatchObject({ state: 'queued', isFull: false, rowsDone: 0, downloadsLeft: 5 })
    const params = { formId, exportId: started.id }
    const again = await world.admin.inject(startExport, { params: { formId }, body: daily })
    expect([again.status, again.problem.code]).toEqual([409, 'export.running'])
    expect((await world.admin.inject(downloadExport, { params })).problem.code).toBe('export.not-ready')
    const other = world.as(world.member, 'main-admin')
    expect((await other.inject(downloadExport, { params })).problem.code).toBe('resource.missing')
    expect((await other.inject(removeExport, { params })).problem.code).toBe('resource.missing')
    expect((await other.inject(listExports, { params: { formId } })).body.items).toEqual([])
    expect((await world.admin.inject(removeExport, { params })).status).toBe(200)
    expect((await world.admin.inject(listExports, { params: { formId } })).body.items).toEqual([])
  })

  const refusals: [string, ExportRequest, string][] = [
    ['days the wrong way round', { ...daily, from: '2026-03-03' }, 'export.range'],
    ['more than 366 days', { ...daily, from: '2025-03-01' }, 'export.range'],
    ['no days', once, 'export.range'],
    ['a question that is none', { ...daily, fields: ['nonsense'] }, 'export.field-missing'],
    ['a cell that is none', { ...daily, shape: 'matrix', cell: 'nonsense' }, 'export.field-missing'],
  ]
  it.each(refusals)('Z-36: %s: refused', async (_name, body, code) => {
    const { world, formId } = await filled()
    const reply = await world.admin.inject(startExport, { params: { formId }, body })
    expect(reply.problem.code).toBe(code)
  })

  it('S-07: a department one does not manage is not there', async () => {
    const { world, formId } = await filled()
    const subAdmin = await managerOf(world, 2)
    const body = { ...daily, departmentId: 3 }
    const reply = await subAdmin.inject(startExport, { params: { formId }, body })
    expect(reply.problem.code).toBe('resource.missing')
  })
})

/** The second member, made sub-admin of a department. */
async function managerOf(world: World, departmentId: number): Promise<Person> {
  const person = world.members[1] ?? world.member
  await inOrg(world, ({ tx }) =>
    tx.execute(
      sql`update members set role = 'sub-admin', manages = array[${departmentId}]::bigint[] where id = ${person.memberId}`,
    ),
  )
  return world.as(person, 'sub-admin')
}

function inOrg<T>(
  { orgId }: World,
  work: (scope: Parameters<Parameters<TestServer['deps']['database']['inOrg']>[2]>[0]) => Promise<T>,
) {
  return server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, work)
}

describe('what stands in it', () => {
  it('Z-36: a row per submission, a column per question, in words, with a sheet that says whose it is', async () => {
    const { world, formId } = await filled()
    const { bytes, done } = await exported(formId, world.admin, daily)
    const table = tableOf(bytes)
    expect(table).toHaveLength(4)
    expect(new Set(column(table, '姓名'))).toEqual(new Set(['员工1', '员工2', '员工3']))
    expect([...column(table, '是否异常')].sort()).toEqual(['否', '否', '是'])
    expect(table.flat().filter((cell) => cell === 38.2)).toHaveLength(1)
    expect(done).toMatchObject({ rowsDone: 3, rowsTotal: 3, bytes: bytes.length })
    const about = Object.fromEntries(tableOf(bytes, '说明').map(([name, value]) => [name, value]))
    expect(about).toMatchObject({
      组织: '测试企业',
      导出人: '管理员甲',
      日期范围: `${day} – ${day}`,
      行数: 3,
      证件号与手机号: '已脱敏',
    })
  })

  it('S-02: a sub-admin exports those he sees in lists, and nobody else', async () => {
    const { world, formId } = await filled()
    const { bytes } = await exported(formId, await managerOf(world, 3), daily)
    expect(column(tableOf(bytes), '姓名')).toEqual(['员工3'])
  })

  it('Z-36: only what is abnormal, only some questions', async () => {
    const { world, formId } = await filled()
    const { bytes } = await exported(formId, world.admin, {
      ...daily,
      abnormalOnly: true,
      fields: ['temperature'],
    })
    const table = tableOf(bytes)
    expect(table).toHaveLength(2)
    expect(table[0]).toHaveLength(11)
    expect(column(table, '异常类型')[0]).not.toBe('')
  })

  it('Z-36: CSV comes with a mark spreadsheets know, and with the same words about it', async () => {
    const { world, formId } = await filled()
    const { bytes } = await exported(formId, world.admin, { ...daily, format: 'csv' })
    const zip = xlsx.CFB.read(bytes, { type: 'buffer' })
    const read = (name: string) => {
      // The library takes names for bytes.
      const found = xlsx.CFB.find(zip, `/${Buffer.from(name).toString('latin1')}`)
      return Buffer.from(found?.content ?? []).toString('utf8')
    }
    const csv = read('答卷.csv')
    expect(csv.startsWith('\uFEFF"期次","姓名"')).toBe(true)
    expect(
      csv
        .split('\r\n')
        .slice(1, -1)
        .every((line) => line.startsWith(`"${day}","员工`)),
    ).toBe(true)
    expect(csv.split('\r\n')).toHaveLength(5)
    expect(read('说明.csv')).toContain('"导出人","管理员甲"')
  })

  it('Z-36: a row per person and a column per day, with the state or one answer', async () => {
    const { world, formId } = await filled()
    const request = { ...daily, shape: 'matrix' } as const
    const states = tableOf((await exported(formId, world.admin, request)).bytes)
    expect(states[0]).toEqual(['姓名', '工号', '部门', day])
    const byName = Object.fromEntries(states.slice(1).map((row) => [row[0], row[3]]))
    expect(byName).toEqual({ 管理员甲: '未填', 员工1: '已填', 员工2: '异常', 员工3: '已填', 员工4: '未填' })
    const cells = tableOf((await exported(formId, world.admin, { ...request, cell: 'temperature' })).bytes)
    expect(Object.fromEntries(cells.slice(1).map((row) => [row[0], row[3]]))).toMatchObject({
      员工2: 38.2,
      员工4: '',
    })
  })

  it('Z-36: a row per answer', async () => {
    const { world, formId } = await filled()
    const table = tableOf((await exported(formId, world.admin, { ...daily, shape: 'long' })).bytes)
    const temperatures = table.filter((row) => row[5] === 38.2)
    expect(temperatures.map((row) => row[1])).toEqual(['员工2'])
    expect(table.length).toBeGreaterThan(10)
  })
})

describe('S-36, S-37: ID numbers and phones', () => {
  const idNumber = /^\d{17}[\dX]$/

  it('are masked; in full with a second proof and a reason, which stands in file and log', async () => {
    const world = await newWorld(server)
    const { id: formId } = await world.publish('zhengzhou/work-start', { repeat: null })
    await file(formId, world.member, workStartAnswers(), 'once')
    const masked = tableOf((await exported(formId, world.admin, once)).bytes).flat()
    expect(masked.filter((cell) => idNumber.test(String(cell)))).toEqual([])
    expect(masked.some((cell) => /^\d{2}\*{14}[\dX]{2}$/.test(String(cell)))).toBe(true)

    const body = { ...once, reason: 'authority-request' } as const
    const unproved = { sub: world.admin.memberId, org: world.orgId, role: 'main-admin' } as const
    const refused = await server.app.inject({
      method: 'POST',
      url: `/api/forms/${formId}/full-exports`,
      headers: { authorization: `Bearer ${signToken(server, unproved, { isProved: false })}` },
      payload: body,
    })
    expect(refused.json()).toMatchObject({ code: 'step-up.needed' })
    const started = await world.admin.inject(startFullExport, { params: { formId }, body })
    expect(started.body.isFull).toBe(true)
    await until(
      () => stateOf(world.admin, started.body),
      (each) => each?.state === 'ready',
    )
    const bytes = await download(world.admin, started.body)
    expect(
      tableOf(bytes)
        .flat()
        .filter((cell) => idNumber.test(String(cell))),
    ).toHaveLength(1)
    expect(tableOf(bytes, '说明').flat()).toContain('完整显示，用途：主管部门要求')
    const actions = await inOrg(world, async ({ tx }) => {
      const { rows } = await tx.execute<{ action: string; detail: { reason?: string }; people: string[] }>(
        sql`select action, detail, people from audit_log where action like 'export.%' order by id`,
      )
      return rows
    })
    expect(actions.map(({ action }) => action).sort()).toEqual([
      'export.downloaded',
      'export.downloaded',
      'export.made',
      'export.made',
      'export.started',
      'export.started',
    ])
    expect(actions.filter(({ action, detail }) => action === 'export.made' && detail.reason)).toEqual([
      expect.objectContaining({ people: [world.member.memberId] }),
    ])
  })
})

describe('S-49: the file', () => {
  /** What lies in the store of an export. */
  const shelf = async ({ id }: AnswerExport) => {
    const root = join(server.deps.config.DATA_DIR, 'files')
    const names = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
    return names.filter((each) => each.isFile() && join(each.parentPath, each.name).includes(id))
  }

  it('is handed out five times, told to whoever it is about, and gone after a day', async () => {
    const { world, formId } = await filled()
    const { done } = await exported(formId, world.admin, daily)
    if (!done) throw new Error('not made')
    for (let i = 0; i < 4; i += 1) await download(world.admin, done)
    const params = { formId, exportId: done.id }
    expect((await world.admin.inject(downloadExport, { params })).problem.code).toBe('export.spent')
    const looks = (await world.member.inject(listLooks, { query: {} })).body.items
    expect(looks.map(({ action }) => action['zh-CN'])).toContain('导出答卷')
    expect(await shelf(done)).toHaveLength(1)
    server.deps.clock.set(testNow + 24 * 3_600_000 + 60_000)
    expect((await world.admin.inject(listExports, { params: { formId } })).body.items).toEqual([])
    await until(
      () => shelf(done),
      (names) => names.length === 0,
    )
    server.deps.clock.set(testNow)
  })

  it('S-42: is thrown away when somebody in it is erased', async () => {
    const { world, formId } = await filled()
    const { done } = await exported(formId, world.admin, daily)
    if (!done) throw new Error('not made')
    expect((await world.member.inject(askErasure, { body: {} })).status).toBe(200)
    const days = (n: number) => testNow + n * 86_400_000
    server.deps.clock.set(days(30))
    await until(
      () => shelf(done),
      (names) => names.length === 0,
    )
    server.deps.clock.set(testNow)
  })

  it('S-10: is not made for somebody whose role was taken away meanwhile', async () => {
    const { world, formId } = await filled()
    const manager = await managerOf(world, 2)
    await inOrg(world, ({ tx }) =>
      tx.execute(sql`update members set role = 'member' where id = ${manager.memberId}`),
    )
    server.startJobs()
    const started = await start(formId, manager, daily)
    const failed = await until(
      () => stateOf(manager, started),
      (each) => each?.state === 'failed',
    )
    expect(failed).toMatchObject({ failure: 'permission', bytes: 0 })
  })

  it('Z-36: its asker is told by a work notification that leads to it and holds nothing of it', async () => {
    const { world, formId } = await filled()
    await exported(formId, world.admin, { ...daily, tells: true })
    const told = await until(
      () =>
        server.ports.sent.filter(
          ({ message }) => message.title.startsWith('导出已完成') && message.url.includes(formId),
        ),
      (messages) => messages.length > 0,
    )
    expect(told[0]?.message.url).toContain(`/m/forms/manage/forms/${formId}/exports?corpId=${world.corpId}`)
    expect(JSON.stringify(told)).not.toContain('员工1')
  })
})

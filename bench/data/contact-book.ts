import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as xlsx from 'xlsx'
import { WorkplacePerson } from '@kangbao/e2e/drivers/workplace-person.ts'
import { startStack, type Stack } from '@kangbao/launcher/stack.ts'
import type { Bench } from '../bench.ts'

/** With the admin who made it the org has 50 000, which is as many as it may have. */
export const people = 49_999
const teams = 2_000

const surnames = '王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗'
const given = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉力'

export const nameOf = (index: number): string =>
  [
    surnames[index % surnames.length],
    given[Math.floor(index / 20) % given.length],
    given[Math.floor(index / 600) % given.length],
  ].join('')
export const phoneOf = (index: number): string => `1880${String(1_000_000 + index)}`
const teamOf = (index: number): string => `事业部${index % 40}-小组${index % teams}`

export interface LargeOrg {
  readonly stack: Stack
  readonly admin: WorkplacePerson
  readonly orgId: string
  /** The contact book to import. */
  readonly file: string
}

/** A workplace with a certified org that is still empty, and the contact book it is about to import. */
export async function startLargeOrg(bench: Bench): Promise<LargeOrg> {
  const file = join(bench.folder, 'people.xlsx')
  writeFileSync(file, workbook())
  const stack = await startStack({ dataDir: join(bench.folder, 'stack'), isBuilding: false })
  const admin = await WorkplacePerson.signIn(stack.urls, '13900000001', '导入测试')
  const { orgId } = await admin.createOrg('导入测试企业')
  await admin.becomeCertified(orgId)
  return { stack, admin, orgId, file }
}

function workbook(): Buffer {
  const rows = Array.from({ length: people }, (_, i) => [
    nameOf(i),
    phoneOf(i),
    teamOf(i),
    `W${i}`,
    i % teams === 0 ? '是' : '否',
  ])
  const sheet = xlsx.utils.aoa_to_sheet(
    [['姓名', '手机号', '部门', '工号', '是否此部门主管(是/否)'], ...rows],
    { dense: true },
  )
  const book = xlsx.utils.book_new(sheet, '通讯录')
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer // by its `type`
}

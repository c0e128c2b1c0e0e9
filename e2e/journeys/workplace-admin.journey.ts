import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as directory from '@kangbao/workplace/contracts/directory.ts'
import { listOrgMembers, membersIn } from '../support/directory.ts'
import * as xlsx from 'xlsx'
import { directoryPeople, wrongRows } from '../fixtures/directory-people.ts'
import { adminPassword, fillCertification, setAdminPassword } from '../support/accounts.ts'
import { countsOf, uploadContactBook } from '../support/importing.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { photoOf, scanPicture } from '../support/scanning.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))

test('Z-03: an admin signs in on a PC by scanning its code, and sets the admin password the first time', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('高丽华')
  const org = newOrgName('中原电子')
  await admin.createOrg(org)
  const pc = await screens.open('pc')
  const phone = await screens.open('phone', admin)

  await pc.goto('/')
  const code = pc.getByRole('img', { name: '扫码登录' })
  await expect(code).toBeVisible()
  await phone.goto('/scan')
  await scanPicture(phone, await photoOf(code))
  await phone.getByRole('button', { name: '确认登录' }).click()
  await expect(pc.getByRole('navigation', { name: '主导航' })).toBeVisible()

  await pc.getByRole('link', { name: '管理' }).click()
  const dialogue = pc.getByRole('dialog')
  await dialogue.getByLabel('管理密码').fill('kangbao')
  await dialogue.getByLabel('确认密码').fill('kangbao')
  await dialogue.getByRole('button', { name: '确定' }).click()
  await expect(dialogue.getByRole('alert')).toContainText('至少 8 位，不能是常见密码')
  screens.expectConsole(/422/)
  await dialogue.getByLabel('管理密码').fill('Kangbao2026')
  await dialogue.getByLabel('确认密码').fill('Kangbao2026')
  await dialogue.getByRole('button', { name: '确定' }).click()
  await expect(dialogue.getByRole('alert')).toContainText('这个密码太常见')
  await setAdminPassword(pc)
  await expect(pc.getByRole('heading', { name: '通讯录' })).toBeVisible()
  await expect(pc.getByRole('row', { name: /高丽华/ })).toContainText('主管理员')
})

test('Z-03: an admin act in a new session asks for the password again, and a wrong one is refused', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/403/)
  const admin = await newPerson('罗明')
  const { orgId } = await admin.createOrg(newOrgName('嵩山食品'))
  await admin.becomeCertified(orgId)
  const again = await admin.anotherDevice()
  const pc = await screens.open('pc', again)
  await pc.goto('/admin')
  const dialogue = pc.getByRole('dialog')
  await dialogue.getByLabel('管理密码').fill('Wrong12345')
  await dialogue.getByRole('button', { name: '确定' }).click()
  await expect(dialogue.getByRole('alert')).toContainText('管理密码不正确')
  await dialogue.getByLabel('管理密码').fill(adminPassword)
  await dialogue.getByRole('button', { name: '确定' }).click()
  await expect(pc.getByRole('row', { name: /罗明/ })).toBeVisible()
})

for (const seed of ['xlsx', 'xls'] as const) {
  test(`Z-04, Z-05, Z-06: 300 people come from a real .${seed}; errors first, certification, then confirm`, async ({
    screens,
    newPerson,
  }) => {
    const admin = await newPerson('胡桂英')
    const org = newOrgName('黄河制造')
    const { orgId } = await admin.createOrg(org)
    const pc = await screens.open('pc', admin)
    await pc.goto('/admin/import')
    await setAdminPassword(pc)

    await uploadContactBook(pc, fixture(`directory-300.${seed}`))
    const people = directoryPeople(seed)
    const [repeated, wrong] = wrongRows(seed)
    // Of a repeated phone both rows are told: which of them is right, only the admin knows.
    expect(await countsOf(pc)).toEqual({ 总行数: 304, 新增: 299, 更新: 0, 无变化: 0, 新部门: 12, 错误: 5 })
    const table = pc.getByRole('region', { name: '5 处错误' }).getByRole('row')
    await expect(table).toHaveCount(6)
    const told = (await table.allInnerTexts()).slice(1).map((row) => row.split('\t').slice(1).join('|'))
    expect(told).toEqual([
      `手机号|${repeated?.phone}|文件内手机号重复`,
      `手机号|${repeated?.phone}|文件内手机号重复`,
      `手机号|${wrong?.phone}|手机号格式不正确`,
      '部门|（空）|部门不能为空',
      '姓名|（空）|姓名不能为空',
    ])

    await expect(pc.getByRole('alert')).toContainText('导入超过 50 人需要先完成企业高级认证')
    await expect(pc.getByRole('button', { name: '仅导入正确的 299 行' })).toBeDisabled()
    expect(await membersIn(admin, orgId)).toBe(1)

    await pc.getByRole('link', { name: '申请认证' }).click()
    await fillCertification(pc)
    await pc.getByRole('button', { name: '提交认证申请' }).click()
    await expect(pc.getByText('已通过高级认证')).toBeVisible()

    await pc.getByRole('link', { name: '批量导入' }).click()
    await uploadContactBook(pc, fixture(`directory-300.${seed}`))
    await expect(pc.getByRole('alert')).toBeHidden()
    expect(await membersIn(admin, orgId)).toBe(1)
    await pc.getByRole('button', { name: '仅导入正确的 299 行' }).click()
    await expect(pc.getByRole('heading', { name: '导入完成' })).toBeVisible({ timeout: 60_000 })
    expect(await membersIn(admin, orgId)).toBe(300)

    await pc.getByRole('button', { name: '查看通讯录' }).click()
    await expect(pc.getByRole('heading', { name: new RegExp(`${org}.*300 人`) })).toBeVisible()
    const last = people.at(-1)
    await pc.getByRole('searchbox', { name: '搜索姓名、拼音、手机号' }).fill(last?.phone ?? '')
    await expect(pc.getByRole('row', { name: new RegExp(last?.name ?? '') })).toContainText(
      last?.department.split('-').at(-1) ?? '',
    )
    const { items } = await admin.call(directory.listDepartments, { params: { orgId }, query: {} })
    expect(items.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['总经理办公室', '生产部', '一车间', '二车间']),
    )
    expect(items).toHaveLength(13)
    const everyone = await listOrgMembers(admin, orgId)
    expect(everyone.filter(({ departments }) => departments.some(({ isLeader }) => isLeader))).toHaveLength(
      11,
    )
  })
}

test('Z-04: files that are no contact book are refused with a clear answer and write nothing', async ({
  screens,
  newPerson,
}, info) => {
  const outputPath = (name: string) => info.outputPath(name)
  const admin = await newPerson('谢敏')
  const { orgId } = await admin.createOrg(newOrgName('豫东纺织'))
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/import')
  await setAdminPassword(pc)
  const sheetOf = async (name: string, lines: string[][]) => {
    const book = xlsx.utils.book_new(xlsx.utils.aoa_to_sheet(lines), 'Sheet1')
    await writeFile(outputPath(name), xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer)
    return outputPath(name)
  }
  await writeFile(outputPath('文字.xlsx'), '姓名,手机号,部门\n王芳,13800001111,财务部\n')
  await writeFile(outputPath('文字.xls'), 'this is plain text, not a workbook')
  const cases = [
    [outputPath('文字.xlsx'), '文件内容不是 Excel 工作簿'],
    [outputPath('文字.xls'), '文件内容不是 Excel 工作簿'],
    [await sheetOf('空表.xlsx', []), '找不到表头“姓名”“手机号”“部门”，请使用模板'],
    [
      await sheetOf('无表头.xlsx', [['王芳', '13800001111', '财务部']]),
      '找不到表头“姓名”“手机号”“部门”，请使用模板',
    ],
  ] as const
  for (const [file, answer] of cases) {
    await uploadContactBook(pc, file)
    await expect(pc.getByRole('alert')).toContainText(answer)
    await pc.getByRole('button', { name: '重新上传' }).click()
  }
  expect(await membersIn(admin, orgId)).toBe(1)
})

test('Z-04: the template is filled, imported, exported, changed and imported again', async ({
  screens,
  newPerson,
}, info) => {
  const outputPath = (name: string) => info.outputPath(name)
  const admin = await newPerson('唐宁')
  const { orgId } = await admin.createOrg(newOrgName('洛阳轴承'))
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/import')
  await setAdminPassword(pc)

  const download = pc.waitForEvent('download')
  await pc.getByRole('button', { name: '下载模板' }).click()
  const template = await download
  expect(template.suggestedFilename()).toBe('通讯录导入模板.xlsx')
  const book = xlsx.read(await readFile(await template.path()))
  const sheet = book.Sheets[book.SheetNames[0] ?? '']
  if (!sheet) throw new Error('the template has no sheet')
  const heading = findHeading(sheet)
  const filled = [
    { 姓名: '王芳', 手机号: '13812340001', 部门: '财务部', 职位: '会计' },
    { 姓名: '李强', 手机号: '13812340002', 部门: '生产部-一车间', 职位: '钳工' },
  ]
  xlsx.utils.sheet_add_aoa(
    sheet,
    filled.map((person) => heading.names.map((name) => person[name as keyof typeof person] ?? '')),
    { origin: { r: heading.row + 1, c: 0 } },
  )
  await writeFile(outputPath('filled.xlsx'), xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer)
  await uploadContactBook(pc, outputPath('filled.xlsx'))
  expect(await countsOf(pc)).toMatchObject({ 新增: 2, 错误: 0, 新部门: 3 })
  await pc.getByRole('button', { name: '确认导入 2 人' }).click()
  await expect(pc.getByRole('heading', { name: '导入完成' })).toBeVisible()

  await pc.getByRole('button', { name: '继续导入' }).click()
  const exported = pc.waitForEvent('download')
  await pc.getByRole('button', { name: '导出通讯录' }).click()
  const second = xlsx.read(await readFile(await (await exported).path()))
  const list = second.Sheets[second.SheetNames[0] ?? '']
  if (!list) throw new Error('the export has no sheet')
  for (const cell of Object.values(list)) {
    if (typeof cell === 'object' && cell && 'v' in cell && cell.v === '会计')
      Object.assign(cell, { v: '财务主管', w: '财务主管' })
  }
  await writeFile(
    outputPath('changed.xlsx'),
    xlsx.write(second, { type: 'buffer', bookType: 'xlsx' }) as Buffer,
  )
  await uploadContactBook(pc, outputPath('changed.xlsx'))
  expect(await countsOf(pc)).toEqual({ 总行数: 3, 新增: 0, 更新: 1, 无变化: 2, 新部门: 0, 错误: 0 })
  await pc.getByRole('button', { name: '确认导入 3 人' }).click()
  await expect(pc.getByRole('heading', { name: '导入完成' })).toBeVisible()
  await pc.getByRole('button', { name: '查看通讯录' }).click()
  await expect(pc.getByRole('row', { name: /王芳/ })).toContainText('财务主管')
  expect(await membersIn(admin, orgId)).toBe(3)
})

function findHeading(sheet: xlsx.WorkSheet): { row: number; names: string[] } {
  const lines = xlsx.utils.sheet_to_json<string[]>(sheet, { header: 1 })
  const row = lines.findIndex((line) => line.includes('姓名'))
  return { row, names: lines[row] ?? [] }
}

import { readFile } from 'node:fs/promises'
import * as xlsx from 'xlsx'
import { createMember, listDepartments } from '@kangbao/workplace/contracts/directory.ts'
import { setAdminPassword, setMemberRole } from '@kangbao/workplace/contracts/orgs.ts'
import { adminPassword, WorkplacePerson } from '../drivers/workplace-person.ts'
import { barriersOn } from '../support/accessibility.ts'
import { membersIn } from '../support/directory.ts'
import { uploadContactBook, writeBook } from '../support/importing.ts'
import { expect, newOrgName, newPhone, test } from '../support/journey.ts'
import { tripsOn } from '../support/layout-check.ts'
import { look } from '../support/look.ts'

const heading = ['姓名', '手机号', '部门']
const narrow = { viewport: { width: 320, height: 640 } }

test('Z-04: on a phone, too, a contact book is checked, put right, imported and undone', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('胡桂英')
  const { orgId } = await admin.createOrg(newOrgName('掌上制造'))
  await admin.call(setAdminPassword, { params: { orgId }, body: { password: adminPassword } })
  const phone = await screens.open('phone', admin, narrow)
  await phone.goto('/contacts')
  await phone.getByRole('link', { name: '管理后台' }).click()
  await phone.getByRole('link', { name: '批量导入' }).first().click()

  const wang = ['王小明', newPhone(), '生产部-一车间']
  await uploadContactBook(phone, writeBook([heading, wang, ['李小红', '1380000', '质检部']]))
  await expect(phone.getByRole('region', { name: '1 处错误' })).toContainText('手机号格式不正确')
  expect([...(await barriersOn(phone)), ...(await tripsOn(phone))]).toEqual([])
  await look(phone, 'phone-import-wrong')
  expect(await membersIn(admin, orgId)).toBe(1)

  await phone.getByRole('button', { name: '修改后重新上传' }).click()
  await uploadContactBook(phone, writeBook([heading, wang, ['李小红', newPhone(), '质检部']]))
  await phone.getByRole('button', { name: '确认导入 2 人' }).click()
  await expect(phone.getByRole('heading', { name: '导入完成' })).toBeVisible()
  expect(await membersIn(admin, orgId)).toBe(3)
  await look(phone, 'phone-import-done')
  await phone.getByRole('button', { name: '撤销本次导入' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(phone.getByText('移出 2 人，恢复 0 人，删除空部门 3 个。')).toBeVisible()
  expect(await membersIn(admin, orgId)).toBe(1)
})

test('Z-07: on a phone, too, a sub-admin sees and exports only the departments he holds', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('胡桂英')
  const { orgId } = await admin.createOrg(newOrgName('掌上通讯录'))
  await admin.call(setAdminPassword, { params: { orgId }, body: { password: adminPassword } })
  const checked = await admin.uploadDirectory(
    orgId,
    writeBook([
      heading,
      ['王小明', newPhone(), '生产部-一车间'],
      ['李小红', newPhone(), '质检部'],
      ['赵小强', newPhone(), '生产部'],
    ]),
  )
  await admin.confirmDirectory(orgId, checked.id)
  const { items } = await admin.call(listDepartments, { params: { orgId }, query: {} })
  const held = items.find(({ name }) => name === '生产部')?.deptId ?? 0
  const number = newPhone()
  const { userid } = await admin.call(createMember, {
    params: { orgId },
    body: { name: '孟小管', phone: number, departments: [{ deptId: held }] },
  })
  await admin.call(setMemberRole, { params: { orgId, userid }, body: { role: 'sub', deptIds: [held] } })
  const sub = await WorkplacePerson.signIn(admin.addresses, number, '孟小管')
  await sub.call(setAdminPassword, { params: { orgId }, body: { password: adminPassword } })

  const phone = await screens.open('phone', sub, narrow)
  await phone.goto('/contacts')
  await phone.getByRole('link', { name: '管理后台' }).click()
  const tree = phone.getByRole('tree')
  await expect(tree.getByRole('treeitem', { name: '生产部' })).toBeVisible()
  await expect(tree).not.toContainText('质检部')
  await expect(phone.getByRole('row', { name: /赵小强/ })).toBeVisible()
  expect([...(await barriersOn(phone)), ...(await tripsOn(phone))]).toEqual([])
  await look(phone, 'phone-sub-admin')
  await phone.getByRole('searchbox').fill('李小红')
  await expect(phone.getByText('没有找到“李小红”')).toBeVisible()

  const download = phone.waitForEvent('download')
  await phone.getByRole('button', { name: '导出' }).click()
  const workbook = xlsx.read(await readFile(await (await download).path()))
  const rows = xlsx.utils.sheet_to_json<Record<string, string>>(
    workbook.Sheets[workbook.SheetNames[0] ?? ''] ?? {},
  )
  expect(rows.map(({ 姓名 }) => 姓名).sort()).toEqual(['孟小管', '王小明', '赵小强'].sort())
})

import { readFile } from 'node:fs/promises'
import * as xlsx from 'xlsx'
import { changeDepartment, createMember, listDepartments } from '@kangbao/workplace/contracts/directory.ts'
import { setAdminPassword as setPassword, setMemberRole } from '@kangbao/workplace/contracts/orgs.ts'
import { adminPassword, WorkplacePerson } from '../drivers/workplace-person.ts'
import { barriersOn } from '../support/accessibility.ts'
import { listOrgMembers, membersIn } from '../support/directory.ts'
import { bigBook, newcomersBook, uploadContactBook } from '../support/importing.ts'
import { expect, newOrgName, newPhone, test } from '../support/journey.ts'
import { look } from '../support/look.ts'

/** An org with the 299 people of the contact book, and the departments by name. */
async function filledOrg(admin: WorkplacePerson) {
  const { orgId } = await admin.createOrg(newOrgName('通讯录'))
  await admin.becomeCertified(orgId)
  const checked = await admin.uploadDirectory(orgId, newcomersBook())
  await admin.confirmDirectory(orgId, checked.id)
  const { items } = await admin.call(listDepartments, { params: { orgId }, query: {} })
  return { orgId, deptOf: (name: string) => items.find((item) => item.name === name)?.deptId ?? 0 }
}

test('Z-04: an import is undone from its history: who was added leaves, and the page says what was done', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('胡桂英')
  const { orgId } = await admin.createOrg(newOrgName('黄河制造'))
  await admin.becomeCertified(orgId)
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/import')
  await uploadContactBook(pc, newcomersBook())
  await pc.getByRole('button', { name: '仅导入正确的 299 行' }).click()
  await expect(pc.getByRole('heading', { name: '导入完成' })).toBeVisible({ timeout: 60_000 })
  expect(await membersIn(admin, orgId)).toBe(300)

  await pc.getByRole('button', { name: '继续导入' }).click()
  await expect(pc.getByText('新增 299，更新 0')).toBeVisible()
  await look(pc, 'import-history')
  expect(await barriersOn(pc)).toEqual([])
  await pc.getByRole('button', { name: '撤销本次导入' }).click()
  const asked = pc.getByRole('dialog')
  await expect(asked).toContainText('从未登录的员工移出团队')
  await asked.getByRole('button', { name: '确认' }).click()
  await expect(pc.getByText('移出 299 人，恢复 0 人，删除空部门 12 个。')).toBeVisible({ timeout: 60_000 })
  expect(await membersIn(admin, orgId)).toBe(1)
  await look(pc, 'import-undone')
  await pc.getByRole('button', { name: '查看通讯录' }).click()
  await expect(pc.getByRole('treeitem')).toHaveCount(1)
})

test('Z-04: an import of thousands shows how far it is, and is called off with nothing written', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('胡桂英')
  const { orgId } = await admin.createOrg(newOrgName('万人制造'))
  await admin.becomeCertified(orgId)
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/import')
  await uploadContactBook(pc, bigBook(12_000))
  await expect(pc.getByText('没有发现错误，可以导入。')).toBeVisible()
  await pc.getByRole('button', { name: '确认导入 12000 人' }).click()
  const progress = pc.getByRole('progressbar')
  await expect(progress).toBeVisible()
  // Whoever leaves the page and comes back finds it where it is.
  await pc.goto('/admin/org')
  await pc.goto('/admin/import')
  await expect(progress).toBeVisible()
  await look(pc, 'import-running')
  await pc.getByRole('button', { name: '取消导入' }).click()
  await expect(pc.getByText('已取消，没有写入任何内容。')).toBeVisible()
  expect(await membersIn(admin, orgId)).toBe(1)
  await expect(pc.getByRole('button', { name: '上传文件' })).toBeVisible()
  await look(pc, 'import-cancelled')
  await pc.goto('/admin')
  await expect(pc.getByRole('treeitem')).toHaveCount(1)
})

test('Z-07: a sub-admin sees, finds and exports only the departments he holds, and nothing of the whole org', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('胡桂英')
  const { orgId, deptOf } = await filledOrg(admin)
  const phone = newPhone()
  const { userid } = await admin.call(createMember, {
    params: { orgId },
    body: { name: '孟小管', phone, departments: [{ deptId: deptOf('生产部') }] },
  })
  await admin.call(setMemberRole, {
    params: { orgId, userid },
    body: { role: 'sub', deptIds: [deptOf('生产部')] },
  })
  const sub = await WorkplacePerson.signIn(admin.addresses, phone, '孟小管')
  await sub.call(setPassword, { params: { orgId }, body: { password: adminPassword } })

  const pc = await screens.open('pc', sub)
  await pc.goto('/admin')
  const tree = pc.getByRole('tree')
  await expect(tree.getByRole('treeitem', { name: '生产部' })).toBeVisible()
  await expect(tree.getByRole('treeitem', { name: '一车间' })).toBeVisible()
  await expect(tree).not.toContainText('市场部')
  await expect(pc.getByRole('heading', { name: /^生产部/ })).toBeVisible()
  await look(pc, 'directory-sub-admin')
  expect(await barriersOn(pc)).toEqual([])
  const search = pc.getByRole('searchbox')
  await search.fill('胡桂英')
  await expect(pc.getByText('没有找到“胡桂英”')).toBeVisible()

  const download = pc.waitForEvent('download')
  await pc.getByRole('button', { name: '导出' }).click()
  const workbook = xlsx.read(await readFile(await (await download).path()))
  const rows = xlsx.utils.sheet_to_json<Record<string, string>>(
    workbook.Sheets[workbook.SheetNames[0] ?? ''] ?? {},
  )
  expect(rows.length).toBeGreaterThan(10)
  expect(rows.filter(({ 部门 = '' }) => !部门.startsWith('生产部'))).toEqual([])

  await pc.goto('/admin/org')
  await expect(pc.getByRole('heading', { name: '邀请同事加入' })).toBeVisible()
  await expect(pc.getByRole('switch')).toHaveCount(0)
  await pc.goto('/admin/admins')
  await expect(pc.getByText('孟小管')).toBeVisible()
  await expect(pc.getByRole('button', { name: '添加管理员' })).toHaveCount(0)
})

test('Z-03, Z-04: people are moved and removed in batches on a PC, and invited by an SMS whose text is edited', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/409/)
  const admin = await newPerson('胡桂英')
  const { orgId, deptOf } = await filledOrg(admin)
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin')
  await pc
    .getByRole('treeitem', { name: '市场部' })
    .getByRole('button', { name: /市场部/ })
    .last()
    .click()
  await expect(pc.getByRole('heading', { name: /^市场部/ })).toContainText('25 人')
  const boxes = pc.getByRole('row').getByRole('checkbox', { name: /^选择(?!本页)/ })
  await boxes.nth(0).check()
  await boxes.nth(1).check()
  await expect(pc.getByText('已选 2 人')).toBeVisible()
  await look(pc, 'directory-ticked')
  expect(await barriersOn(pc)).toEqual([])
  await pc.getByRole('button', { name: '移动到部门' }).click()
  await pc.getByRole('checkbox', { name: '生产部' }).click()
  await pc.getByRole('button', { name: '确定（1）' }).click()
  await expect(pc.getByRole('heading', { name: /^市场部/ })).toContainText('23 人')

  // Everybody but the last main admin can be taken out.
  await pc.getByRole('searchbox').fill('胡桂英')
  await expect(pc.getByRole('row')).toHaveCount(2)
  await pc.getByRole('checkbox', { name: '选择胡桂英' }).check()
  await pc.getByRole('button', { name: '移出团队' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(pc.getByRole('alert')).toContainText('胡桂英：至少保留一名主管理员')

  await pc.getByRole('button', { name: '短信邀请' }).click()
  const dialogue = pc.getByRole('dialog', { name: '短信邀请' })
  await dialogue.getByRole('textbox').fill('{name}您好，{org}请您登录：{link}')
  await expect(dialogue).toContainText('张三您好')
  await look(pc, 'directory-invite')
  expect(await barriersOn(pc)).toEqual([])
  const neverHere = (await listOrgMembers(admin, orgId)).filter(({ isActive }) => !isActive)
  expect(neverHere.length).toBeGreaterThan(290)
  await dialogue.getByRole('button', { name: '发送邀请' }).click()
  await expect(pc.getByTestId('toast-voice')).toHaveText(`已向 ${neverHere.length} 人发送邀请`)

  // Somebody else renames the department while its dialogue is open.
  await pc.getByRole('searchbox').fill('')
  await pc.getByRole('button', { name: '编辑部门' }).click()
  await admin.call(changeDepartment, {
    params: { orgId, deptId: deptOf('市场部') },
    body: { name: '市场中心' },
  })
  const edit = pc.getByRole('dialog', { name: '编辑部门' })
  await edit.getByLabel('部门名称').fill('市场一部')
  await edit.getByRole('button', { name: '保存' }).click()
  await expect(edit.getByRole('alert')).toContainText('其他管理员刚刚修改过这里')
})

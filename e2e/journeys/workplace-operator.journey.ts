import { expect, newOrgName, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { enterAsOperator, operatorLink } from '../support/operator.ts'

test('Z-06: the operator comes in by a link once, lets a colleague in, and finds what was done', async ({
  screens,
  urls,
}) => {
  screens.expectConsole(/422/)
  const pc = await screens.open('pc')
  await pc.goto('/operator/acts')
  await expect(pc).toHaveURL(/\/operator\/sign-in/)
  await look(pc, 'operator-sign-in')
  await pc.getByLabel('你的姓名').fill('钱运营')
  await pc.getByLabel('运营密钥').fill('猜一个')
  await pc.getByRole('button', { name: '登录' }).click()
  await expect(pc.getByRole('alert')).toContainText('密钥不正确')

  const name = `钱运营${Date.now() % 100_000}`
  const link = await operatorLink(urls, name)
  await pc.goto(link)
  await expect(pc).not.toHaveURL(/#/)
  await pc.getByRole('button', { name: '登录' }).click()
  await expect(pc.getByRole('navigation', { name: '平台运营' })).toBeVisible()

  const late = await screens.open('phone')
  await late.goto(link)
  await late.getByRole('button', { name: '登录' }).click()
  await expect(late.getByRole('alert')).toContainText('已使用')

  await pc.getByRole('link', { name: '操作记录' }).click()
  await pc.getByRole('button', { name: '邀请同事登录' }).click()
  const dialogue = pc.getByRole('dialog')
  await dialogue.getByLabel('同事姓名').fill('周同事')
  await dialogue.getByRole('button', { name: '生成链接' }).click()
  const forColleague = await dialogue.getByLabel('登录链接').inputValue()
  await look(pc, 'operator-link')
  await pc.keyboard.press('Escape')

  const phone = await screens.open('phone')
  await phone.goto(forColleague)
  await phone.getByRole('button', { name: '登录' }).click()
  await expect(phone.getByText('周同事').first()).toBeVisible()
  await look(phone, 'operator-acts-phone')

  await pc.getByLabel('按运营人员姓名查找').fill(name)
  const acts = pc.getByRole('listitem').filter({ hasText: name })
  await expect(acts).toHaveCount(2)
  await expect(acts.first()).toContainText('生成登录链接 周同事')
  await expect(acts.last()).toContainText('登录运营后台 本机')
  await look(pc, 'operator-acts')

  await pc.getByRole('button', { name: '退出运营后台' }).click()
  await pc.goto('/operator/acts')
  await expect(pc).toHaveURL(/\/operator\/sign-in/)
})

test('Z-06: the operator finds an org with its people and where its certification stands', async ({
  screens,
  newPerson,
  urls,
}) => {
  const admin = await newPerson('罗会计')
  const org = newOrgName('总览')
  const { orgId } = await admin.createOrg(org)
  await admin.becomeCertified(orgId)
  const desk = await screens.open('pc')
  await enterAsOperator(desk, urls, '冯运营')
  await desk.getByRole('link', { name: '团队总览' }).click()
  await desk.getByLabel('团队名称或 CorpId').fill(org)
  const row = desk.getByRole('listitem').filter({ hasText: org })
  await expect(row).toContainText('高级认证')
  await expect(row).toContainText('1 人')
  await expect(desk.getByText('共 1 个团队')).toBeVisible()
  await look(desk, 'operator-orgs')
})

test('Z-06: a tab of the operator’s is nobody’s when it is opened again', async ({ screens, urls }) => {
  const pc = await screens.open('pc')
  await enterAsOperator(pc, urls, '吴运营')
  await pc.reload()
  await expect(pc.getByRole('navigation', { name: '平台运营' })).toBeVisible()
  const other = await pc.context().newPage()
  await other.goto('/operator/acts')
  await expect(other).toHaveURL(/\/operator\/sign-in/)
})

import * as orgContracts from '@kangbao/workplace/contracts/orgs.ts'
import {
  inviteToTeam,
  listSentInvitations,
  revokeTeamInvitation,
} from '@kangbao/workplace/contracts/team-invitations.ts'
import { setAdminPassword, signInByPhone } from '../support/accounts.ts'
import { barriersOn } from '../support/accessibility.ts'
import { expect, newOrgName, newPhone, test } from '../support/journey.ts'
import { writeBook } from '../support/importing.ts'
import { tripsOn } from '../support/layout-check.ts'
import { look } from '../support/look.ts'

test('Z-10: the audit org invites an enterprise’s admin from a pasted list; he sees it on signing in and joins', async ({
  screens,
  urls,
  newPerson,
}) => {
  const admin = await newPerson('郑审核')
  const org = newOrgName('郑州企业复工审核平台')
  await admin.createOrg(org)
  const newcomer = newPhone()
  const enterprise = await newPerson('李一鸣')
  await enterprise.createOrg(newOrgName('新华纺织'))

  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/invitations')
  await setAdminPassword(pc)
  await pc
    .getByLabel('手机号与姓名')
    .fill(`新华纺织\t李一鸣\t${enterprise.phone}\n宋晓明 ${newcomer}\n${newcomer}\n赵三 1380000123`)
  await pc.getByRole('button', { name: '识别名单' }).click()
  await expect(pc.getByText('重复', { exact: true })).toBeVisible()
  await expect(pc.getByText('手机号有误')).toBeVisible()
  expect([...(await barriersOn(pc)), ...(await tripsOn(pc))]).toEqual([])
  await look(pc, 'invite-read')
  const phone = await screens.open('phone', enterprise)
  await phone.goto('/messages')
  await pc.getByRole('button', { name: '发送邀请（2 人）' }).click()
  await expect(pc.getByText('已邀请 2 人')).toBeVisible()

  // Live, on the open page; and on signing in, for who has no account yet.
  await phone.getByRole('link', { name: '有 1 个团队邀请你加入' }).click()
  await expect(phone.getByRole('heading', { name: org })).toBeVisible()
  expect([...(await barriersOn(phone)), ...(await tripsOn(phone))]).toEqual([])
  await look(phone, 'team-invitation')
  await phone.getByRole('button', { name: '加入团队' }).click()
  await expect(phone.getByRole('button', { name: `当前团队 ${org}，点击切换` })).toBeVisible()
  await expect(pc.getByText('已加入')).toBeVisible()
  await look(pc, 'invitations-sent')

  const fresh = await screens.open('phone')
  await fresh.goto('/')
  await signInByPhone(fresh, urls, newcomer)
  await fresh.getByRole('link', { name: '有 1 个团队邀请你加入' }).click()
  await fresh.getByRole('button', { name: '拒绝邀请' }).click()
  await fresh.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(fresh.getByText('已拒绝')).toBeVisible()
  await expect(fresh.getByRole('button', { name: '加入团队' })).toHaveCount(0)
  await expect(pc.getByText('已拒绝')).toBeVisible()
})

test('Z-10: taken back while it is read, and in the team already: the card says so in words', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('郑审核')
  const org = newOrgName('复工审核')
  const { orgId } = await admin.createOrg(org)
  await admin.becomeCertified(orgId)
  const person = await newPerson('李一鸣')
  const params = { orgId }
  await admin.call(inviteToTeam, { params, body: { people: [{ phone: person.phone }] } })
  const phone = await screens.open('phone', person)
  await phone.goto('/messages')
  await phone.getByRole('button', { name: '更多操作' }).click()
  await phone.getByRole('button', { name: '团队邀请' }).click()
  // The menu that leaves has a button of the same name.
  await expect(phone.getByRole('dialog', { name: '更多操作' })).toBeHidden()
  await expect(phone.getByRole('button', { name: '加入团队' })).toBeVisible()
  const { items } = await admin.call(listSentInvitations, { params, query: {} })
  const invitationId = items[0]?.id ?? ''
  await admin.call(revokeTeamInvitation, { params: { orgId, invitationId } })
  await expect(phone.getByText('对方已撤回这个邀请')).toBeVisible()
  await look(phone, 'team-invitation-revoked')

  await admin.call(inviteToTeam, { params, body: { people: [{ phone: person.phone }] } })
  const { code } = await admin.call(orgContracts.getInvite, { params })
  await person.call(orgContracts.joinOrg, { params: { code }, body: {} })
  await phone.reload()
  await expect(phone.getByText('你已在该团队').first()).toBeVisible()
  await phone.getByRole('button', { name: '进入团队' }).first().click()
  await expect(phone.getByRole('button', { name: `当前团队 ${org}，点击切换` })).toBeVisible()
})

test('Z-10: a sheet of enterprises is read before anybody is invited; what is no sheet is refused in words', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/422/)
  const admin = await newPerson('郑审核')
  const { orgId } = await admin.createOrg(newOrgName('复工审核'))
  await admin.becomeCertified(orgId)
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/invitations')
  const upload = async (file: Parameters<typeof pc.setInputFiles>[1]) => {
    const chooser = pc.waitForEvent('filechooser')
    await pc.getByRole('button', { name: '上传表格' }).click()
    await (await chooser).setFiles(file)
  }
  await upload({ name: '名单.xlsx', mimeType: 'application/zip', buffer: Buffer.from('no workbook') })
  await expect(pc.getByRole('alert')).toBeVisible()
  await look(pc, 'invite-sheet-wrong')

  const [one, two] = [newPhone(), newPhone()]
  await upload(
    writeBook([
      ['企业名称', '联系人', '手机号'],
      ['新华纺织', '李一鸣', one],
      ['登封陶艺', '宋晓明', two],
      ['登封陶艺', '宋晓明', two],
    ]),
  )
  await expect(pc.getByText(one)).toBeVisible()
  await expect(pc.getByText('重复', { exact: true })).toBeVisible()
  await expect(pc.getByRole('alert')).toHaveCount(0)
  await pc.getByRole('button', { name: '发送邀请（2 人）' }).click()
  await expect(pc.getByText('已邀请 2 人')).toBeVisible()
  const { items } = await admin.call(listSentInvitations, { params: { orgId }, query: {} })
  expect(items).toHaveLength(2)
})

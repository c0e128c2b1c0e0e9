import { getDirectorySync } from '@kangbao/shared/contracts/directory.ts'
import { dissolveOrg } from '@kangbao/workplace/contracts/dissolution.ts'
import * as orgContracts from '@kangbao/workplace/contracts/orgs.ts'
import { inviteToTeam } from '@kangbao/workplace/contracts/team-invitations.ts'
import { until } from '../drivers/http.ts'
import { adminPassword } from '../drivers/workplace-person.ts'
import { barriersOn } from '../support/accessibility.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { tripsOn } from '../support/layout-check.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'
import { enterAsOperator } from '../support/operator.ts'
import { onServer, settledOrg } from '../support/orgs.ts'
import { newTeam } from '../support/teams.ts'

test('Z-03, Z-08: a main admin dissolves his team; open pages say so once, and nobody gets into it any more', async ({
  screens,
  newPerson,
}) => {
  // The wrong password, the two codes that lead nowhere, and what a page asks for just then.
  screens.expectConsole(/403|404|410/)
  const team = await newTeam(newPerson, '散伙', ['李一鸣', '马晓兰'])
  const { org, orgId, admin: boss } = team
  const [li, ma] = team.people
  if (!li || !ma) throw new Error('no people')
  await boss.becomeCertified(orgId)
  await boss.call(orgContracts.setMemberRole, {
    params: { orgId, userid: ma.userid },
    body: { role: 'sub', deptIds: [1] },
  })
  await ma.person.call(orgContracts.setAdminPassword, {
    params: { orgId },
    body: { password: adminPassword },
  })
  const other = newOrgName('新生')
  await ma.person.createOrg(other)
  const [asked, late] = [await newPerson('孙八'), await newPerson('周九')]
  const people = [{ phone: asked.phone, name: '孙八' }]
  await boss.call(inviteToTeam, { params: { orgId }, body: { people } })
  const { code } = await boss.call(orgContracts.getInvite, { params: { orgId } })

  const subPc = await screens.open('pc', ma.person)
  await subPc.goto('/admin/org')
  await expect(subPc.getByRole('heading', { name: '团队资料' })).toBeVisible()
  await expect(subPc.getByRole('heading', { name: '解散团队' })).toBeHidden()
  const phone = await screens.open('phone', li.person)
  await phone.goto(`/contacts/${orgId}/departments/1`)
  await expect(phone.getByRole('link', { name: /马晓兰/ })).toBeVisible()
  const invited = await screens.open('phone', asked)
  await invited.goto('/messages/invitations')
  await expect(invited.getByRole('button', { name: '加入团队' })).toBeVisible()

  const pc = await screens.open('pc', boss)
  await pc.goto('/admin/org')
  const block = pc.locator('section').filter({ has: pc.getByRole('heading', { name: '解散团队' }) })
  await block.scrollIntoViewIfNeeded()
  await expect(block).toContainText('保留 30 天后删除')
  await look(pc, 'dissolve-block')
  expect([...(await barriersOn(pc)), ...(await tripsOn(pc))]).toEqual([])
  await block.getByRole('button', { name: '解散团队' }).click()
  const dialogue = pc.getByRole('dialog')
  const end = () => dialogue.getByRole('button', { name: '解散团队' }).click()
  await dialogue.getByLabel('输入团队全称以确认').fill(org.slice(0, -4))
  await end()
  await expect(dialogue.getByText('与团队全称不一致')).toBeVisible()
  await expect(dialogue.getByText('请输入管理密码')).toBeVisible()
  await look(pc, 'dissolve-refused')
  expect([...(await barriersOn(pc)), ...(await tripsOn(pc))]).toEqual([])
  await pc.setViewportSize({ width: 320, height: 640 })
  await look(pc, 'dissolve-refused-320')
  expect([...(await barriersOn(pc)), ...(await tripsOn(pc))]).toEqual([])
  await pc.setViewportSize({ width: 1280, height: 800 })
  await dialogue.getByLabel('输入团队全称以确认').fill(org)
  await dialogue.getByLabel('管理密码').fill('Cuowu-Mima-99')
  await end()
  await expect(dialogue.getByRole('alert')).toContainText('管理密码不正确')
  await expect(phone.getByRole('link', { name: /马晓兰/ })).toBeVisible()
  await dialogue.getByLabel('管理密码').fill(adminPassword)
  await end()
  await expect(pc.getByText('你还没有加入任何团队')).toBeVisible()
  await expect(pc.getByText(`团队“${org}”已解散`)).toBeHidden()

  // On the page of the team: in its place, and once above it.
  await expect(phone.getByText(`团队“${org}”已解散`)).toHaveCount(1)
  await expect(phone.getByRole('heading', { name: '该团队已解散' })).toBeVisible()
  await look(phone, 'dissolved-phone')
  expect([...(await barriersOn(phone)), ...(await tripsOn(phone))]).toEqual([])
  await phone.getByRole('button', { name: '我知道了' }).click()
  await phone.getByRole('button', { name: '进入工作台' }).click()
  await expect(phone.getByText('你还没有加入任何团队')).toBeVisible()
  await phone.goto('/messages')
  await expect(phone.getByText(org)).toBeHidden()

  // In the back end of one team, and main admin of another: asked for the password of that one.
  await expect(subPc.getByText(`团队“${org}”已解散`)).toHaveCount(1)
  await expect(subPc.getByRole('heading', { name: '设置管理密码' })).toBeVisible()

  await expect(invited.getByText('该团队已解散，无法加入')).toBeVisible()
  await expect(invited.getByRole('button', { name: '加入团队' })).toBeHidden()
  await look(invited, 'dissolved-invitation')
  const link = await screens.open('phone', late)
  await link.goto(`/join/${code}`)
  await expect(link.getByRole('heading', { name: '该团队已解散' })).toBeVisible()
  expect([...(await barriersOn(link)), ...(await tripsOn(link))]).toEqual([])
  await look(link, 'dissolved-code')
})

test('Z-09, Z-21: an app of the team is open when it ends: the page says so, the product and the operator know of it', async ({
  screens,
  newPerson,
  urls,
}) => {
  // What the open app asks for just then.
  screens.expectConsole(/401|403|404|410/)
  const made = await settledOrg(newPerson, '停业')
  const { admin, member, org, orgId } = made
  const onProduct = await onServer(made, 2)
  await admin.call(orgContracts.changeOrgSettings, {
    params: { orgId },
    body: { joinNeedsApproval: true },
  })
  const { code } = await admin.call(orgContracts.getInvite, { params: { orgId } })
  const asking = await newPerson('吴十')
  await asking.call(orgContracts.joinOrg, { params: { code }, body: {} })
  const waiting = await screens.open('phone', asking)
  await waiting.goto('/workbench')
  await expect(waiting.getByRole('button', { name: `撤回申请 ${org}` })).toBeVisible()
  const phone = await screens.open('phone', member)
  await openFromWorkbench(phone, '智能填表')

  const body = { name: org, password: adminPassword }
  await admin.call(dissolveOrg, { params: { orgId }, body })
  await expect(phone.getByText(`团队“${org}”已解散`)).toHaveCount(1)
  await expect(phone.getByRole('heading', { name: '该团队已解散' })).toBeVisible()
  await expect(phone.locator('iframe:visible')).toHaveCount(0)
  expect([...(await barriersOn(phone)), ...(await tripsOn(phone))]).toEqual([])
  await look(phone, 'dissolved-app')
  await expect(waiting.getByText(`“${org}”已解散，你的加入申请已失效`)).toBeVisible()
  await expect(waiting.getByRole('button', { name: `撤回申请 ${org}` })).toBeHidden()
  await look(waiting, 'dissolved-request')
  await waiting.getByRole('button', { name: '我知道了' }).click()
  await waiting.reload()
  await expect(waiting.getByText('你还没有加入任何团队')).toBeVisible()
  await expect(waiting.getByText(`“${org}”已解散`)).toBeHidden()

  // Its session is refused, and the host gives out no code for another one.
  await until(
    'the product to let nobody of the team in',
    () => onProduct.try(getDirectorySync, {}).then(() => 'let in', String),
    (said) => said.includes('org.dissolved'),
  )
  const desk = await screens.open('pc')
  await enterAsOperator(desk, urls, '冯运营')
  await desk.getByRole('link', { name: '团队总览' }).click()
  await desk.getByLabel('团队名称或 CorpId').fill(org)
  const row = desk.getByRole('listitem').filter({ hasText: org })
  await expect(row).toContainText('已解散')
  await expect(row).toContainText('0 人')
  expect([...(await barriersOn(desk)), ...(await tripsOn(desk))]).toEqual([])
  await look(desk, 'dissolved-operator')
  await desk.setViewportSize({ width: 320, height: 640 })
  expect([...(await barriersOn(desk)), ...(await tripsOn(desk))]).toEqual([])
  await look(desk, 'dissolved-operator-320')
})

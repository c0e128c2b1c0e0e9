import { listMySubmissions } from '@kangbao/shared/contracts/submissions.ts'
import { Company } from '../support/company.ts'
import { answerDay, file, healthyDay, takeNote } from '../support/filling.ts'
import { expect, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openCardInChat, openFormsToManage } from '../support/mini-app.ts'

const daily = '郑州市企业员工健康上报'

test('Z-33, Z-36, Z-38: the admin sees numbers move while people file, reads every list, and one tap reminds only who is missing', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '荥阳机械', '蒋勇')
  const form = await company.publish('zhengzhou/daily')
  const admin = await screens.open('phone', company.admin)
  const app = await openFormsToManage(admin)
  await look(admin, 'manage-list')
  await app.getByRole('link', { name: new RegExp(daily) }).click()
  const tile = (name: string, count: number) =>
    app.getByRole('link', { name: new RegExp(`^${name}\\s*${count}$`) })
  await expect(tile('应填', 6)).toBeVisible()
  await expect(tile('已收集', 0)).toBeVisible()
  await expect(app.getByText('实时更新')).toBeVisible()

  const worker = await screens.open('phone', await company.person('孙敏'))
  const filling = await openCardInChat(worker, '智能填表', new RegExp(daily))
  await takeNote(filling)
  await answerDay(filling, '38.6')
  await filling.getByRole('button', { name: '提交', exact: true }).click()
  await expect(filling.getByText('已记录以下情况，管理员会尽快与你联系')).toBeVisible()
  await look(worker, 'fill-receipt-abnormal')

  // Nobody reloads the admin's page.
  await expect(tile('已收集', 1)).toBeVisible()
  await expect(tile('未收集', 5)).toBeVisible()
  await expect(tile('异常', 1)).toBeVisible()
  await file(company, form, '王建国', healthyDay())
  await file(company, form, '李晓梅', { ...healthyDay(), place: { code: '410108' }, 'at-work': 'no' })
  await expect(tile('已收集', 3)).toBeVisible()
  await look(admin, 'form-live')

  await app.getByRole('link', { name: '按部门查看' }).click()
  const department = (name: string) => app.getByRole('listitem').filter({ hasText: name })
  await expect(department('生产部')).toContainText('1 / 3')
  await expect(department('质检部')).toContainText('异常 1')
  await look(admin, 'departments')
  await department('生产部').getByRole('link', { name: '生产部' }).click()
  await expect(department('一车间')).toContainText('1 / 2')
  await expect(department('二车间')).toContainText('0 / 1')
  await admin.getByRole('button', { name: '返回' }).click()
  await expect(department('质检部')).toBeVisible()
  await admin.getByRole('button', { name: '返回' }).click()

  await tile('异常', 1).click()
  await expect(app.getByRole('listitem')).toHaveCount(1)
  await expect(app.getByRole('listitem')).toContainText('孙敏')
  await look(admin, 'people-abnormal')
  // What was typed is still there after looking at somebody, though no address holds it (S-48).
  const search = app.getByRole('searchbox', { name: '搜索姓名或拼音' })
  const searched = admin.waitForResponse(/\/people\/search$/)
  await search.fill('sunmin')
  await searched
  await expect(app.getByRole('listitem')).toHaveCount(1)
  await app.getByRole('listitem').getByRole('link').click()
  await expect(app.getByText('38.6')).toBeVisible()
  await expect(app.getByText('查看记录会写入审计日志')).toBeVisible()
  await look(admin, 'submission')
  await admin.getByRole('button', { name: '返回' }).click()
  await expect(search).toHaveValue('sunmin')

  await app.getByRole('radio', { name: '应填' }).click()
  for (const [typed, name] of [
    ['wangjianguo', '王建国'],
    ['zzq', '赵志强'],
    ['晓梅', '李晓梅'],
  ] as const) {
    await search.fill(typed)
    await expect(app.getByRole('listitem')).toHaveCount(1)
    await expect(app.getByRole('listitem')).toContainText(name)
  }
  await search.fill('查无此人')
  await expect(app.getByText('没有符合条件的成员')).toBeVisible()
  await search.fill('')

  await app.getByRole('radio', { name: '未收集' }).click()
  await expect(app.getByRole('listitem')).toHaveCount(3)
  await app.getByRole('button', { name: '一键提醒' }).click()
  await look(admin, 'remind')
  await app.getByRole('button', { name: '提醒 3 人' }).click()
  await expect(app.getByText('已提醒 3 人')).toBeVisible()
  await expect(app.getByRole('listitem').filter({ hasText: '提醒过' })).toHaveCount(3)

  // One of them is on leave: excused, and expected again when he is back.
  await app.getByRole('button', { name: /赵志强/ }).click()
  await look(admin, 'absence')
  await app.getByRole('button', { name: '登记', exact: true }).click()
  await expect(app.getByRole('listitem')).toHaveCount(2)
  await app.getByRole('radio', { name: '免填' }).click()
  await expect(app.getByRole('listitem')).toContainText('请假至')
  await look(admin, 'people-excused')
  await app.getByRole('button', { name: /赵志强/ }).click()
  await app.getByRole('button', { name: '结束请假' }).click()
  await expect(app.getByText('没有符合条件的成员')).toBeVisible()

  const missing = await screens.open('phone', await company.person('张丽'))
  const reminded = await openCardInChat(missing, '智能填表', /待填写提醒/)
  await expect(reminded.getByRole('heading', { name: daily })).toBeVisible()
  await worker.goto('/messages')
  await worker.getByRole('link', { name: '智能填表' }).click()
  await expect(worker.getByRole('log').getByRole('button', { name: new RegExp(daily) })).toHaveCount(1)
  await expect(worker.getByRole('log')).not.toContainText('待填写提醒')
  await look(worker, 'chat-cards')

  await admin.getByRole('button', { name: '返回' }).click()
  // Answers as a file: asked for, taken and thrown away on the phone.
  await app.getByRole('link', { name: '导出答卷' }).click()
  await expect(app.getByText('还没有导出')).toBeVisible()
  await app.getByRole('button', { name: '开始导出' }).click()
  const exported = app.getByRole('list', { name: '我的导出' }).getByRole('listitem')
  await expect(exported).toContainText('还可下载 5 次', { timeout: 30_000 })
  await look(admin, 'phone-exports')
  const saved = admin.waitForEvent('download')
  await exported.getByRole('button', { name: '下载' }).click()
  expect((await saved).suggestedFilename()).toMatch(/^郑州市企业员工健康上报_.*\.xlsx$/)
  await expect(exported).toContainText('还可下载 4 次')
  await exported.getByRole('button', { name: '删除' }).click()
  await expect(app.getByText('还没有导出')).toBeVisible()
  await admin.getByRole('button', { name: '返回' }).click()
  await app.getByRole('link', { name: '统计图表' }).click()
  const question = (name: string) => app.getByRole('region', { name })
  const bar = (name: string, text: RegExp) => question(name).getByRole('button', { name: text })
  await expect(bar('今日体温', /38.5 ℃ 及以上\s*1/)).toBeVisible()
  await expect(bar('今日是否到岗', /是\s*2/)).toBeVisible()
  // Places are sealed: they are counted all the same, and so is who left a text open.
  await expect(question('当前所在地')).toContainText('惠济区')
  await look(admin, 'statistics')
  await bar('今日是否到岗', /否\s*1/).click()
  await expect(app.getByText('共 1 份')).toBeVisible()
  await expect(bar('今日体温', /38.5 ℃ 及以上\s*0/)).toBeVisible()
  await app.getByText('隐藏小于 5 的数字').click()
  await expect(app.getByText('答卷少于 5 份，不显示数字')).toBeVisible()
  await app.getByText('隐藏小于 5 的数字').click()
  await look(admin, 'statistics-narrowed')
  await app.getByRole('link', { name: '查看对应人员' }).click()
  await expect(app.getByRole('listitem')).toHaveCount(1)
  await expect(app.getByRole('listitem')).toContainText('李晓梅')

  // The abnormal answer has told the admin in chat.
  await admin.goto('/messages')
  await admin.getByRole('link', { name: '智能填表' }).click()
  await expect(admin.getByRole('log').getByRole('button', { name: /健康异常提醒：孙敏/ })).toBeVisible()
  await look(admin, 'chat-alert')
  const mine = await company.memberIn('forms', '孙敏')
  expect((await mine.call(listMySubmissions, { query: {} })).items[0]).toMatchObject({ isAbnormal: true })
})

import { listMySubmissions } from '@kangbao/shared/contracts/submissions.ts'
import { Company, workshop } from '../support/company.ts'
import { answerDay } from '../support/filling.ts'
import { expect, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'

const daily = '郑州市企业员工健康上报'

test('Z-34, Z-35: the head of a department files for a colleague without a phone; the receipt, the colleague and the admin are told who filed', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '新密铸造', '冯军', workshop, ['张丽'])
  await company.publish('zhengzhou/daily')
  const phone = await screens.open('phone', await company.person('张丽'))
  const app = await openFromWorkbench(phone, '智能填表')
  await app.getByRole('link', { name: '代同事填写' }).click()
  await expect(app.getByText('1 人未填')).toBeVisible()
  await look(phone, 'for-others-forms')
  await app.getByRole('link', { name: new RegExp(daily) }).click()
  await expect(app.getByRole('link', { name: /王建国/ })).toBeVisible()
  await expect(app.getByRole('link', { name: /赵志强/ })).toBeHidden()
  await look(phone, 'for-others-list')
  await app.getByRole('searchbox').fill('wangjianguo')
  await app.getByRole('link', { name: /王建国/ }).click()

  await expect(app.getByText('正在代 王建国 填写')).toBeVisible()
  await look(phone, 'for-others-notice')
  await app.getByRole('button', { name: '已读给本人听，开始填写' }).click()
  await answerDay(app, '36.6')
  const submit = app.getByRole('button', { name: '代为提交' })
  await expect(submit).toBeDisabled()
  await app.getByRole('checkbox', { name: /由 王建国 本人告知/ }).check()
  await look(phone, 'for-others-ready')
  await submit.click()
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  await expect(app.getByText('部门主管 张丽 代填')).toBeVisible()
  await look(phone, 'for-others-receipt')
  await app.getByRole('button', { name: '填下一位' }).click()
  await expect(app.getByRole('searchbox')).toBeVisible()

  const colleague = await company.memberIn('forms', '王建国')
  const { items } = await colleague.call(listMySubmissions, { query: {} })
  expect(items).toMatchObject([{ revision: 1, filedAs: { way: 'head', by: '张丽' } }])
})

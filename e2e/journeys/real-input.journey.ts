import { fileURLToPath } from 'node:url'
import { civilDayOf, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { getCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { until } from '../drivers/http.ts'
import { Member } from '../drivers/member.ts'
import { WorkplacePerson } from '../drivers/workplace-person.ts'
import { directoryPeople, wrongRows, type DirectoryPerson } from '../fixtures/directory-people.ts'
import { becomeCertified } from '../support/accounts.ts'
import { installedAgents, installThreeByScan } from '../support/installing.ts'
import { openFormsToManage, openFromWorkbench } from '../support/mini-app.ts'
import { receivedReports } from '../support/ledgers.ts'
import { uploadContactBook } from '../support/importing.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { onServer, publishDaily, type SettledOrg } from '../support/orgs.ts'

/** How the file is read is the import's affair: with one of the two kinds most of its people file, with the other some. */
const books = [
  { seed: 'xlsx', filers: 280 },
  { seed: 'xls', filers: 100 },
] as const
const batch = 10

for (const { seed, filers } of books) {
  test(`Z-04, Z-06, Z-09, Z-35, Z-36, Z-38, Z-40, Z-41, Z-43: 300 people from a real .${seed} file, and every number on every screen is the receiver's`, async ({
    screens,
    newPerson,
    urls,
  }) => {
    test.setTimeout(600_000)
    const admin = await newPerson('总管理员')
    const org = newOrgName(`实录${seed}`)
    const { orgId, corpId } = await admin.createOrg(org)
    const pc = await screens.open('pc', admin)
    await becomeCertified(pc)
    await pc.goto('/admin/import')
    await uploadContactBook(pc, fileURLToPath(new URL(`../fixtures/directory-300.${seed}`, import.meta.url)))
    await pc.getByRole('button', { name: '仅导入正确的 299 行' }).click()
    await expect(pc.getByRole('heading', { name: '导入完成' })).toBeVisible({ timeout: 60_000 })

    const phone = await screens.open('phone', admin)
    await installThreeByScan(phone, pc, org)
    const agents = await installedAgents(admin, orgId)
    const settled: SettledOrg = { admin, member: admin, org, orgId, corpId, agents }
    // 299 of the file and the admin.
    const form = await publishDaily(settled, 300)
    const today = civilDayOf(Date.now(), 'Asia/Shanghai')

    const repeated = wrongRows(seed)[0]?.phone
    const people = directoryPeople(seed)
      .filter(({ phone }) => phone !== repeated)
      .slice(0, filers)
    const chief = await onServer(settled, 300)
    const completeness = () => chief.call(getCompleteness, { params: { formId: form.id, period: today } })
    await until('the day to be open', completeness, ({ expected }) => expected === 300)
    for (let from = 0; from < people.length; from += batch)
      await Promise.all(
        people
          .slice(from, from + batch)
          .map((person, i) => file(person, from + i, { settled, formId: form.id, today })),
      )
    const ill = people.filter((_, i) => isIll(i)).length
    const feverish = people.filter((_, i) => hasFever(i)).length
    const numbers = { total: 300, collected: filers, missing: 300 - filers, abnormal: ill }
    await until('all answers to be counted', completeness, ({ collected }) => collected === filers)
    expect(await completeness()).toMatchObject({
      expected: 300,
      collected: filers,
      missing: 300 - filers,
      abnormal: ill,
    })

    const app = await openFromWorkbench(phone, '企业健康数据上报')
    const shows = async () => {
      for (const [label, count] of [
        ['总人数', numbers.total],
        ['已收集', numbers.collected],
        ['未收集', numbers.missing],
        ['今日异常', numbers.abnormal],
      ] as const)
        await expect(app.getByRole('link', { name: new RegExp(`^${label}`) })).toHaveText(
          new RegExp(`^\\s*${label}\\s*${count}\\s*$`),
        )
    }
    await shows()
    await app.getByRole('button', { name: '企业健康数据上报' }).click()
    await expect(app.getByText(/上报成功，回执编号/)).toBeVisible({ timeout: 60_000 })
    await shows()

    const received = await receivedReports({ urls }, { corpId }, 'health')
    expect(received).toHaveLength(1)
    const report = received[0]
    expect(report).toMatchObject({
      day: today,
      sequence: 1,
      automatic: false,
      orgName: org,
    })
    expect(report?.counts).toEqual({
      totalMembers: numbers.total,
      collected: numbers.collected,
      notCollected: numbers.missing,
      abnormal: numbers.abnormal,
      fever: feverish,
    })

    await app.getByRole('link', { name: '上报记录' }).click()
    for (const [label, count] of Object.entries({
      总人数: 300,
      已收集: filers,
      未收集: 300 - filers,
      今日异常: ill,
      发热: feverish,
    }))
      await expect(app.getByText(new RegExp(`^\\s*${label}\\s*${count}\\s*$`)).first()).toBeVisible()

    const forms = await openFormsToManage(phone)
    await forms.getByRole('link', { name: /郑州市企业员工健康上报/ }).click()
    for (const [label, count] of Object.entries({
      应填: 300,
      已收集: filers,
      未收集: 300 - filers,
      异常: ill,
    }))
      await expect(
        forms.getByRole('link', { name: new RegExp(`^\\s*${label}\\s*${count}\\s*$`) }),
      ).toBeVisible()

    await pc.goto(urls.government)
    const card = pc.getByRole('article').filter({ has: pc.getByRole('heading', { name: org, exact: true }) })
    for (const count of Object.values(report?.counts ?? {}))
      await expect(card).toContainText(new RegExp(`(^|\\D)${count}(\\D|$)`))
  })
}

// Every thirtieth has a fever, two more in a hundred cough without one.
const hasFever = (i: number) => i % 30 === 4
const isIll = (i: number) => hasFever(i) || i % 50 === 7

async function file(
  { phone, name }: DirectoryPerson,
  i: number,
  { settled, formId, today }: { settled: SettledOrg; formId: string; today: CivilDate },
): Promise<void> {
  const person = await WorkplacePerson.signIn(settled.admin.addresses, phone, name)
  const member = await Member.open(person, 'forms', settled, settled.agents.forms)
  const answers = {
    date: today,
    place: { code: '410105' },
    temperature: hasFever(i) ? 37.8 : 36.5,
    symptoms: hasFever(i) ? ['fever'] : isIll(i) ? ['dry-cough'] : ['none'],
    'contact-case': 'no',
    'contact-region': 'no',
    'been-region': 'no',
    isolation: 'none',
    'at-work': 'yes',
  }
  await member.call(fileSubmission, { params: { formId, period: today }, body: { answers } })
}

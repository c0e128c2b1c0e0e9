import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as xlsx from 'xlsx'
import { WorkplacePerson } from '@kangbao/e2e/drivers/workplace-person.ts'
import { startStack } from '@kangbao/launcher/stack.ts'
import { peakMbOf } from '../bench.ts'
import type { Scenario } from '../scenario.ts'

/** With the admin who made it the org has 10 000, which is as many as it may have. */
const people = 9_999

/** The contact book of 10 000 people, from upload to the last written row, and what it costs in memory. */
export const importPeople: Scenario = {
  name: 'import',
  ids: ['import'],
  async run(bench) {
    const file = join(bench.folder, 'people.xlsx')
    writeFileSync(file, workbook())
    const stack = await startStack({ dataDir: join(bench.folder, 'stack'), isBuilding: false })
    try {
      const admin = await WorkplacePerson.signIn(stack.urls, '13900000001', '导入测试')
      const org = await admin.createOrg('导入测试企业')
      await admin.becomeCertified(org.orgId)
      const from = performance.now()
      const checked = await admin.uploadDirectory(org.orgId, file)
      const checkedMs = performance.now() - from
      const done = await admin.confirmDirectory(org.orgId, checked.id)
      const tookMs = performance.now() - from
      return [
        {
          id: 'import',
          ratios: [],
          absolute: {
            rows_per_s: Math.round(people / (tookMs / 1000)),
            check_ms: Math.round(checkedMs),
            write_ms: Math.round(tookMs - checkedMs),
            workplace_peak_rss_mb: peakMbOf(stack.pidOf('workplace') ?? 0),
          },
          checks: { 'all rows are written': done.state === 'imported' && done.counts.created === people },
        },
      ]
    } finally {
      await stack.stop()
    }
  },
}

function workbook(): Buffer {
  const rows = Array.from({ length: people }, (_, i) => [
    `员工${i}`,
    `1880${String(1_000_000 + i)}`,
    `部门${i % 200}`,
    `W${i}`,
    i % 200 === 0 ? '是' : '否',
  ])
  const sheet = xlsx.utils.aoa_to_sheet(
    [['姓名', '手机号', '部门', '工号', '是否此部门主管(是/否)'], ...rows],
    { dense: true },
  )
  const book = xlsx.utils.book_new(sheet, '通讯录')
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer // by its `type`
}

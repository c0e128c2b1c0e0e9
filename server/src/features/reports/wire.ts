import { governmentReportSchemaName, type GovernmentReport } from '@kangbao/shared/contracts/government.ts'
import type { OpenReport, ReportCounts } from './reports.repo.ts'

/**
 * A report as the government takes it (Z-46: counts, and nothing more). Made from stored values alone and always in
 * the same order, so that the same report sent again is the same to the byte.
 */
export function wireReport(report: OpenReport): GovernmentReport {
  const common = {
    schema: governmentReportSchemaName,
    reportId: report.id,
    org: { corpId: report.corpId, name: report.orgName },
    day: report.day,
    sequence: report.sequence,
    madeAt: new Date(report.madeAt).toISOString(),
    automatic: report.dailyRunId !== null,
  } as const
  const { counts } = report
  if (isEmployment(counts)) {
    const { totalMembers, registered, registeredNew, notRegistered } = counts
    return {
      ...common,
      kind: 'employment',
      counts: { totalMembers, registered, registeredNew, notRegistered },
    }
  }
  const { totalMembers, collected, notCollected, abnormal, fever } = counts
  return { ...common, kind: 'health', counts: { totalMembers, collected, notCollected, abnormal, fever } }
}

function isEmployment(counts: ReportCounts): counts is Extract<ReportCounts, { registeredNew: number }> {
  return 'registeredNew' in counts
}

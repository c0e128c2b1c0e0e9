import type { Feature } from '../index.ts'
import { auditLogRoutes } from './audit-log.routes.ts'
import { anchorTick, chainTick, sealTick, sweepTick } from './audit-log.jobs.ts'

export { verifyLogs } from './verify.ts'
export { looksAt, type Look, type LookPage } from './looks.repo.ts'

export const auditLog: Feature = {
  routes: auditLogRoutes,
  ticks: [chainTick, sealTick, anchorTick, sweepTick],
}

import type { DailyRunOrg } from '@kangbao/shared/contracts/operations.ts'
import type { Tone } from '../kit/ToneTag.vue'

/** How a report's standing looks, on the org's page and on the operator's. */
export const reportTones: Readonly<Record<DailyRunOrg['state'], Tone>> = {
  queued: 'info',
  retrying: 'warn',
  parked: 'warn',
  delivered: 'ok',
  refused: 'danger',
  waiting: 'info',
  skipped: 'idle',
}

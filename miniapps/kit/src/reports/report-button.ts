import type { Report } from '@kangbao/shared/contracts/reports.ts'

export interface ReportStanding {
  readonly formId: string | null
  readonly inFlight: Report | null
  readonly canReport: boolean
  readonly isPreparing: boolean
}

/** What the one big button says and whether it can be pressed (Z-41). */
export type ReportButton =
  | {
      readonly kind: 'form-missing' | 'preparing' | 'nothing' | 'sending' | 'queued' | 'parked' | 'ready'
      readonly retryAt: null
    }
  | { readonly kind: 'retrying'; readonly retryAt: string }

export function reportButton(standing: ReportStanding, isSending: boolean): ReportButton {
  if (isSending) return { kind: 'sending', retryAt: null }
  const { inFlight } = standing
  if (inFlight?.state === 'retrying' && inFlight.nextAttemptAt) {
    return { kind: 'retrying', retryAt: inFlight.nextAttemptAt }
  }
  if (inFlight?.state === 'parked') return { kind: 'parked', retryAt: null }
  if (inFlight) return { kind: 'queued', retryAt: null }
  if (standing.formId === null) return { kind: 'form-missing', retryAt: null }
  if (standing.isPreparing) return { kind: 'preparing', retryAt: null }
  return { kind: standing.canReport ? 'ready' : 'nothing', retryAt: null }
}

/** What the newest report that came to an end has to tell: a refusal is told until another report goes through. */
export function reportNotice(
  latest: Report | null,
): { kind: 'refused' | 'delivered'; report: Report } | null {
  if (latest?.state === 'refused') return { kind: 'refused', report: latest }
  return latest?.state === 'delivered' ? { kind: 'delivered', report: latest } : null
}

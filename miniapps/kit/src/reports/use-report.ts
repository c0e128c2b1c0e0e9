import { useQuery, useQueryCache } from '@pinia/colada'
import { computed, ref, shallowRef } from 'vue'
import { listReports, sendReport, type ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { useApi } from '../api/api.ts'
import { readAnew } from '../api/read-anew.ts'
import { keys } from '../live/live-keys.ts'
import { useLive } from '../live/use-live.ts'
import { reportButton, reportNotice, type ReportStanding } from './report-button.ts'

/** The numbers of a report, kept alive, and the tap that sends it. */
export function useReport<Status extends ReportStanding>(kind: ReportKind, read: () => Promise<Status>) {
  const api = useApi()
  const cache = useQueryCache()
  const status = useQuery({ key: keys.report(kind, 'status'), query: read })
  const latest = useQuery({
    key: keys.report(kind, 'latest'),
    query: async () =>
      (await api.call(listReports, { params: { kind }, query: { limit: 1 } })).items[0] ?? null,
  })
  const { isConnected } = useLive()
  const isSending = ref(false)
  const error = shallowRef<unknown>(null)

  const button = computed(() => (status.data.value ? reportButton(status.data.value, isSending.value) : null))
  const notice = computed(() =>
    status.data.value?.inFlight ? null : reportNotice(latest.data.value ?? null),
  )

  async function send(): Promise<void> {
    if (isSending.value || button.value?.kind !== 'ready') return
    isSending.value = true
    error.value = null
    try {
      await api.call(sendReport, { params: { kind } })
    } catch (cause) {
      error.value = cause
    } finally {
      await readAnew(cache, keys.report(kind))
      isSending.value = false
    }
  }
  return { status, isConnected, button, notice, error, send }
}

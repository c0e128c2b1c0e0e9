import { useQuery } from '@pinia/colada'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { listTemplates } from '@kangbao/shared/contracts/forms.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { keys } from '@kangbao/kit/live/live-keys.ts'

/** One template of the list; null when there is none by that id. */
export function useTemplate(templateId: MaybeRefOrGetter<string>) {
  const api = useApi()
  const { data, error, refetch } = useQuery({ key: keys.templates(), query: () => api.call(listTemplates) })
  const template = computed(
    () => data.value?.templates.find(({ definition }) => definition.id === toValue(templateId)) ?? null,
  )
  return { template, error, refetch }
}

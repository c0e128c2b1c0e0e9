import { useQuery } from '@pinia/colada'
import { toValue, type MaybeRefOrGetter } from 'vue'
import { getForm } from '@kangbao/shared/contracts/forms.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { keys } from '@kangbao/kit/live/live-keys.ts'

/** One published form with its definition and settings. */
export function useForm(formId: MaybeRefOrGetter<string>) {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    key: () => keys.form(toValue(formId)),
    query: () => api.call(getForm, { params: { formId: toValue(formId) } }),
  })
  return { form: data, error, refetch }
}

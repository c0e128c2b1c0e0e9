import { useQuery } from '@pinia/colada'
import { getForm } from '@kangbao/shared/contracts/forms.ts'
import { useApi } from '../api/api.ts'
import { queryKeys } from '../api/query-keys.ts'

/** One form with its definition and settings. */
export function useForm(formId: () => string) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.form(formId()),
    query: ({ signal }) => api.call(getForm, { params: { formId: formId() } }, { signal }),
  })
}

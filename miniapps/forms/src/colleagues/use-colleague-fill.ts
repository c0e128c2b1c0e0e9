import { toValue, type MaybeRefOrGetter } from 'vue'
import { fileForColleague, getColleagueFilling } from '@kangbao/shared/contracts/colleagues.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { refsIn } from '@kangbao/kit/form/files/file-refs.ts'
import { useFirstFill } from '../first-fill/use-first-fill.ts'

/** Filling and filing one form for a colleague (Z-34). */
export function useColleagueFill(formId: MaybeRefOrGetter<string>, memberId: MaybeRefOrGetter<string>) {
  const api = useApi()
  const params = () => ({ formId: toValue(formId), memberId: toValue(memberId) })
  return useFirstFill({
    open: () => api.call(getColleagueFilling, { params: params() }),
    async file({ period, answers, consents }) {
      if (refsIn(answers).length > 0) {
        const { usePendingFiles } = await import('@kangbao/kit/form/files/pending-files.ts')
        await usePendingFiles().uploadAll(api, answers)
      }
      return api.call(fileForColleague, {
        params: { ...params(), period },
        body: { answers, hasAgreed: true, ...(consents && { consents }) },
      })
    },
  })
}

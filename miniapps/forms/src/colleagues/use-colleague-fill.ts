import { computed, ref, shallowRef, toValue, type MaybeRefOrGetter } from 'vue'
import { closedFields } from '@kangbao/shared/consents/notice.ts'
import { ProblemError } from '@kangbao/shared/contracts/client.ts'
import {
  fileForColleague,
  getColleagueFilling,
  type ColleagueFilling,
} from '@kangbao/shared/contracts/colleagues.ts'
import type { Receipt } from '@kangbao/shared/contracts/submissions.ts'
import { answerPath, withoutFields } from '@kangbao/shared/forms/paths.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { startingAnswers } from '@kangbao/kit/form/answers-start.ts'
import { fieldProblemsOf } from '@kangbao/kit/form/field-problems.ts'
import { refsIn } from '@kangbao/kit/form/files/file-refs.ts'
import { scrollToField } from '@kangbao/kit/form/scroll-to-field.ts'
import { useFormAnswers } from '@kangbao/kit/form/use-form-answers.ts'
import { blankForm } from '../pages/use-fill.ts'

/**
 * Filling and filing one form for a colleague (Z-34). Nothing of it stays on the phone: answers of somebody else are
 * neither a draft of one’s own nor kept for a later line.
 */
export function useColleagueFill(formId: MaybeRefOrGetter<string>, memberId: MaybeRefOrGetter<string>) {
  const api = useApi()
  const opened = shallowRef<ColleagueFilling | null>(null)
  const error = shallowRef<unknown>(null)
  const sendError = shallowRef<unknown>(null)
  const isSending = ref(false)
  const receipt = shallowRef<Receipt | null>(null)
  /** What the colleague said to the notice; null until it was read out, or when none was due. */
  const granted = shallowRef<readonly string[] | null>(null)

  const closed = computed<readonly string[]>(() => {
    const { filling, notice } = opened.value ?? {}
    if (!notice || granted.value === null) return filling?.consent.closedFields ?? []
    const { notice: shown } = notice
    const said = granted.value.map((purpose) => ({
      purpose,
      version: shown.version,
      decision: 'given' as const,
    }))
    return [...closedFields(shown, said)]
  })
  const definition = computed(() =>
    opened.value ? withoutFields(opened.value.filling.definition, closed.value) : blankForm,
  )
  const form = useFormAnswers(definition, () => opened.value?.filling.today ?? '')

  const params = () => ({ formId: toValue(formId), memberId: toValue(memberId) })
  async function load(): Promise<void> {
    error.value = null
    opened.value = null
    receipt.value = null
    sendError.value = null
    granted.value = null
    try {
      const next = await api.call(getColleagueFilling, { params: params() })
      opened.value = next
      form.start(startingAnswers(next.filling.definition, next.filling.profile, next.filling.today))
    } catch (cause) {
      error.value = cause
    }
  }

  async function submit(): Promise<void> {
    if (isSending.value || !opened.value) return
    sendError.value = null
    const checked = form.check()
    if ('firstProblem' in checked) return scrollToField(checked.firstProblem)
    isSending.value = true
    try {
      await send(opened.value, checked.answers)
    } catch (cause) {
      refused(cause)
    } finally {
      isSending.value = false
    }
  }
  async function send({ filling, notice }: ColleagueFilling, answers: typeof form.answers.value) {
    const refs = refsIn(answers)
    if (refs.length > 0) {
      const { usePendingFiles } = await import('@kangbao/kit/form/files/pending-files.ts')
      await usePendingFiles().uploadAll(api, answers)
    }
    const consents =
      notice && granted.value ? { version: notice.notice.version, granted: [...granted.value] } : undefined
    receipt.value = await api.call(fileForColleague, {
      params: { ...params(), period: filling.period },
      body: { answers, hasAgreed: true, ...(consents && { consents }) },
    })
  }
  function refused(cause: unknown): void {
    sendError.value = cause
    if (!(cause instanceof ProblemError)) return
    // Midnight passed, a new notice, or he has filed himself: the page begins anew and says so.
    if (['form.closed', 'consent.outdated', 'submission.filed-already'].includes(cause.problem.code))
      void load()
    const problems = fieldProblemsOf(cause)
    form.refuse(problems)
    if (problems[0]) void scrollToField(answerPath(problems[0]))
  }

  return { opened, form, closed, granted, error, sendError, isSending, receipt, load, submit }
}

import { computed, ref, shallowRef } from 'vue'
import { closedFields } from '@kangbao/shared/consents/notice.ts'
import { ProblemError } from '@kangbao/shared/contracts/client.ts'
import type { ColleagueFilling, ToldConsents } from '@kangbao/shared/contracts/colleagues.ts'
import type { Receipt } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { answerPath, withoutFields } from '@kangbao/shared/forms/paths.ts'
import { startingAnswers } from '@kangbao/kit/form/answers-start.ts'
import { fieldProblemsOf } from '@kangbao/kit/form/field-problems.ts'
import { scrollToField } from '@kangbao/kit/form/scroll-to-field.ts'
import { useFormAnswers } from '@kangbao/kit/form/use-form-answers.ts'
import { blankForm } from '../pages/use-fill.ts'

/** Where a form for somebody without a device of his own comes from, and where his answers go. */
export interface FirstDoor {
  open(): Promise<ColleagueFilling>
  file(given: {
    readonly period: string
    readonly answers: Answers
    readonly consents: ToldConsents | undefined
  }): Promise<Receipt>
}

/**
 * Filling and filing one form on a device that is not the person’s own (Z-34). Nothing of it stays there: it is neither a draft
 * nor kept for a later line.
 */
export function useFirstFill(door: FirstDoor) {
  const opened = shallowRef<ColleagueFilling | null>(null)
  const error = shallowRef<unknown>(null)
  const sendError = shallowRef<unknown>(null)
  const isSending = ref(false)
  const receipt = shallowRef<Receipt | null>(null)
  /** What the person said to the notice; null until it was read, or when none was due. */
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

  async function load(): Promise<void> {
    error.value = null
    opened.value = null
    receipt.value = null
    sendError.value = null
    granted.value = null
    try {
      const next = await door.open()
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
      const { filling, notice } = opened.value
      const consents =
        notice && granted.value ? { version: notice.notice.version, granted: [...granted.value] } : undefined
      receipt.value = await door.file({ period: filling.period, answers: checked.answers, consents })
    } catch (cause) {
      refused(cause)
    } finally {
      isSending.value = false
    }
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

import { computed, ref, shallowRef } from 'vue'
import { closedFields } from '@kangbao/shared/consents/notice.ts'
import type { Guardian } from '@kangbao/shared/contracts/consents.ts'
import { ProblemError } from '@kangbao/shared/contracts/client.ts'
import type { ColleagueFilling, ToldConsents } from '@kangbao/shared/contracts/colleagues.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { answerPath, withoutFields } from '@kangbao/shared/forms/paths.ts'
import { startingAnswers } from '@kangbao/kit/form/answers-start.ts'
import { fieldProblemsOf } from '@kangbao/kit/form/field-problems.ts'
import { scrollToField } from '@kangbao/kit/form/scroll-to-field.ts'
import { useFormAnswers } from '@kangbao/kit/form/use-form-answers.ts'
import { blankForm } from '../pages/use-fill.ts'

/** Where a form for somebody without a device of his own comes from, and where his answers go. */
export interface FirstDoor<Received> {
  open(): Promise<ColleagueFilling>
  file(given: {
    readonly period: string
    readonly answers: Answers
    readonly consents: ToldConsents | undefined
  }): Promise<Received>
}

/**
 * Filling and filing one form on a device that is not the person’s own (Z-34). Nothing of it stays there: it is neither a draft
 * nor kept for a later line.
 */
export function useFirstFill<Received>(door: FirstDoor<Received>) {
  const opened = shallowRef<ColleagueFilling | null>(null)
  const error = shallowRef<unknown>(null)
  const sendError = shallowRef<unknown>(null)
  const isSending = ref(false)
  const receipt = shallowRef<Received | null>(null)
  /** What the person said to the notice; null until it was read, or when none was due. */
  const granted = shallowRef<readonly string[] | null>(null)
  /** Who looks after the person and consents beside him; asked for when the server says that it takes one (S-44). */
  const guardian = shallowRef<Guardian | null>(null)
  const needsGuardian = ref(false)

  const closed = computed<readonly string[]>(() => {
    if (!opened.value) return []
    const { filling, notice } = opened.value
    if (granted.value === null) return filling.consent.closedFields
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
    guardian.value = null
    needsGuardian.value = false
    try {
      const next = await door.open()
      opened.value = next
      form.start(startingAnswers(next.filling.definition, next.filling.profile, next.filling.today))
    } catch (cause) {
      error.value = cause
    }
  }

  /** What was decided here, if anything was. */
  function decided(): ToldConsents | undefined {
    if (!opened.value || !(granted.value ?? guardian.value)) return undefined
    const { version } = opened.value.notice.notice
    const beside = guardian.value ? { guardian: guardian.value } : {}
    return { version, granted: [...(granted.value ?? [])], ...beside }
  }

  async function submit(): Promise<void> {
    if (isSending.value || !opened.value) return
    sendError.value = null
    const checked = form.check()
    if ('firstProblem' in checked) return scrollToField(checked.firstProblem)
    isSending.value = true
    try {
      const { period } = opened.value.filling
      receipt.value = await door.file({ period, answers: checked.answers, consents: decided() })
    } catch (cause) {
      refused(cause)
    } finally {
      isSending.value = false
    }
  }
  function refused(cause: unknown): void {
    sendError.value = cause
    if (!(cause instanceof ProblemError)) return
    if (cause.problem.code === 'consent.guardian-needed') needsGuardian.value = true
    // Midnight passed, a new notice, or he has filed himself: the page begins anew and says so.
    if (['form.closed', 'consent.outdated', 'submission.filed-already'].includes(cause.problem.code))
      void load()
    const problems = fieldProblemsOf(cause)
    form.refuse(problems)
    if (problems[0]) void scrollToField(answerPath(problems[0]))
  }

  /** The guardian consents, and the same answers are filed again. */
  async function giveFor(given: Guardian): Promise<void> {
    guardian.value = given
    needsGuardian.value = false
    await submit()
  }

  return {
    opened,
    form,
    closed,
    granted,
    error,
    sendError,
    isSending,
    receipt,
    needsGuardian,
    load,
    submit,
    giveFor,
  }
}
export type FirstFill<Received> = ReturnType<typeof useFirstFill<Received>>

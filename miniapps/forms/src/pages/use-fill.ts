import { computed, nextTick, ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { ProblemError } from '@kangbao/shared/contracts/client.ts'
import { getFilling, type Filling, type Receipt } from '@kangbao/shared/contracts/submissions.ts'
import { answerPath, withoutAnswers, withoutFields } from '@kangbao/shared/forms/paths.ts'
import { usualAnswers } from '@kangbao/shared/forms/usual-day.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { startingAnswers } from '@kangbao/kit/form/answers-start.ts'
import { useDrafts, type Draft } from '@kangbao/kit/form/drafts.ts'
import { fieldProblemsOf } from '@kangbao/kit/form/field-problems.ts'
import { refsIn } from '@kangbao/kit/form/files/file-refs.ts'
import { useFilingQueue } from '@kangbao/kit/form/filing-queue.ts'
import { scrollToField } from '@kangbao/kit/form/scroll-to-field.ts'
import { whenBack } from '@kangbao/kit/offline/kept-fetch.ts'
import { useFormAnswers } from '@kangbao/kit/form/use-form-answers.ts'

/** Stands in for a form while it is fetched. */
export const blankForm = {
  id: '',
  version: 1,
  category: '',
  locked: true,
  period: 'day',
  fields: [],
  findings: [],
  title: { 'zh-CN': '', en: '' },
  description: { 'zh-CN': '', en: '' },
} as const

/** Opening, filling and filing one form (Z-34, Z-35). */
export function useFill(formId: MaybeRefOrGetter<string>) {
  const api = useApi()
  const drafts = useDrafts()
  const queue = useFilingQueue()

  const filling = shallowRef<Filling | null>(null)
  const error = shallowRef<unknown>(null)
  const sendError = shallowRef<unknown>(null)
  const isSending = ref(false)
  const isEditing = ref(false)
  const receipt = shallowRef<Receipt | null>(null)
  /** Without the questions the person did not consent to (S-38). */
  const definition = computed(() => {
    if (!filling.value) return blankForm
    const { definition: whole, consent } = filling.value
    return withoutFields(whole, consent.closedFields)
  })
  const needsGuardian = ref(false)
  const form = useFormAnswers(definition, () => filling.value?.today ?? '')
  let isReady = false

  /** Not while a filing is on its way: it is kept first, and a quick answer should not flash "waiting". */
  const isWaiting = computed(
    () => !isSending.value && filling.value !== null && queue.waitsFor(toValue(formId), filling.value.period),
  )

  /** What the fields start from: a draft, what was filed, or what is known of the person. */
  function begin({ definition: opened, profile, today, mine, consent }: Filling, draft: Draft | null): void {
    const fresh = startingAnswers(opened, profile, today)
    const known = draft ? { ...fresh, ...draft.answers } : (mine?.answers ?? fresh)
    form.start(withoutAnswers(known, consent.closedFields), draft?.carried)
  }
  async function load(): Promise<void> {
    error.value = null
    isReady = false
    // Asked for beside the form, so that the first letter typed can be kept.
    void drafts.prepare(api)
    try {
      const opened = await api.call(getFilling, { params: { formId: toValue(formId) } })
      const draft = await drafts.read(api, opened.formId, opened.period)
      filling.value = opened
      const sent = queue.outcomeOf(opened.formId, opened.period)
      // Asked for before it was received, and answered after.
      receipt.value = opened.mine?.receipt ?? (sent?.state === 'received' ? sent.receipt : null)
      begin(opened, draft)
      await nextTick()
      isReady = true
    } catch (cause) {
      error.value = cause
    }
  }

  // What was shown meanwhile was kept on the device; what was typed is in the draft.
  whenBack(() => {
    if (!receipt.value && !isSending.value) void load()
  })
  watch(form.answers, (answers) => {
    if (!filling.value || !isReady) return
    drafts.save(api, filling.value.formId, filling.value.period, {
      answers,
      carried: [...form.carried.value],
      title: filling.value.definition.title,
    })
  })
  watch(
    () => filling.value && queue.outcomeOf(toValue(formId), filling.value.period),
    (outcome) => {
      if (outcome?.state === 'received') received(outcome.receipt)
      if (outcome?.state === 'refused') refused(outcome.error)
    },
  )

  function received(next: Receipt): void {
    receipt.value = next
    isEditing.value = false
    drafts.discard(toValue(formId))
    // What is known of files now is the server's: their ids, names and links.
    if (refsIn(form.answers.value).length > 0) void load()
  }
  function refused(cause: unknown): void {
    isEditing.value = true
    sendError.value = cause
    if (!(cause instanceof ProblemError)) return
    if (cause.problem.code === 'consent.guardian-needed') needsGuardian.value = true
    // Withdrawn on another device, or a new notice since the form was opened: it comes first again. And a page left open
    // over midnight goes on with the day it is now: what was answered for the day before is not filed in its place.
    if (['consent.missing', 'form.closed'].includes(cause.problem.code)) void load()
    const problems = fieldProblemsOf(cause)
    form.refuse(problems)
    if (problems[0]) void scrollToField(answerPath(problems[0]))
  }

  async function submit(): Promise<void> {
    if (isSending.value || !filling.value) return
    sendError.value = null
    const checked = form.check()
    if ('firstProblem' in checked) return scrollToField(checked.firstProblem)
    isSending.value = true
    try {
      const outcome = await queue.file(api, {
        formId: toValue(formId),
        period: filling.value.period,
        answers: checked.answers,
        carried: form.carriedShown.value,
        title: filling.value.definition.title,
      })
      if (outcome.state === 'received') received(outcome.receipt)
      else if (outcome.state === 'refused') refused(outcome.error)
      else isEditing.value = false
    } finally {
      isSending.value = false
    }
  }

  function carryLast(): void {
    if (filling.value?.last) form.carry(filling.value.last.answers)
  }
  /** What is still open of the questions that may be confirmed together. */
  const usual = computed(() =>
    usualAnswers(definition.value, form.answers.value, form.day()).filter(
      ({ field }) => form.answers.value[field.id] === undefined,
    ),
  )
  /** An unchanged day: the same as last time, and what was read out is true today. What is left is asked for next. */
  function confirmUsual(): void {
    const confirmed = usual.value
    carryLast()
    for (const { field, value } of confirmed) form.set(field.id, value)
    const open = form.firstOpen.value
    if (open) void scrollToField(open)
  }
  function edit(): void {
    if (!filling.value) return
    isEditing.value = true
    sendError.value = null
  }
  function bound(phone: string): void {
    if (!filling.value) return
    filling.value = { ...filling.value, profile: { ...filling.value.profile, phone } }
    for (const field of filling.value.definition.fields) {
      const isOpen = field.type === 'phone' && field.prefill && form.answers.value[field.id] === undefined
      if (isOpen) form.set(field.id, phone)
    }
  }

  /** The guardian has consented: the same answers again. */
  function guardianGave(): void {
    needsGuardian.value = false
    void submit()
  }

  return {
    filling,
    form,
    needsGuardian,
    guardianGave,
    error,
    sendError,
    isSending,
    isEditing,
    isWaiting,
    receipt,
    load,
    submit,
    carryLast,
    usual,
    confirmUsual,
    edit,
    bound,
  }
}

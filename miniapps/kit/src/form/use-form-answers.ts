import { computed, ref, shallowRef, toValue, type MaybeRefOrGetter } from 'vue'
import { parseCivilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { isRowsAnswer, type Answers, type AnswerValue } from '@kangbao/shared/forms/answers.ts'
import type { Field, FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { answerAt, answerPath } from '@kangbao/shared/forms/paths.ts'
import { validateAnswers, type FieldProblem } from '@kangbao/shared/forms/validation.ts'
import { shownWith, type ShownRow } from '@kangbao/shared/forms/visibility.ts'
import { carriedIds, firstOpenField, progressOf, withCarried } from './answers-start.ts'
import { toldAfter } from './told-rows.ts'

/** The state of one form being filled: answers, what is carried, and what is wrong, each problem from the time it is worth telling. */
export function useFormAnswers(
  form: MaybeRefOrGetter<FormDefinition>,
  today: MaybeRefOrGetter<string>,
  options: { readonly keepsMasks?: boolean } = {},
) {
  const answers = shallowRef<Answers>({})
  const carried = ref<ReadonlySet<string>>(new Set())
  const told = ref<ReadonlySet<string>>(new Set())
  const fromServer = shallowRef<readonly FieldProblem[]>([])

  const day = (): CivilDate => parseCivilDate(toValue(today)) ?? ('1970-01-01' as CivilDate) // the server names the day; unreadable means the oldest
  const shown = computed(() => shownWith(toValue(form), answers.value, day()))
  const visible = computed(() => shown.value.fields)
  /** What the field of this id shows: what was typed as it was typed, or what is computed from it. */
  function valueOf({ id, type }: Pick<Field, 'id' | 'type'>): AnswerValue | undefined {
    return type === 'computed' ? shown.value.answers[id] : answers.value[id]
  }
  const rowsOf = (id: string): readonly ShownRow[] => shown.value.rows.get(id) ?? []
  const result = computed(() => validateAnswers(toValue(form), answers.value, day(), options))
  const progress = computed(() => progressOf(toValue(form), answers.value, day()))
  const firstOpen = computed(() => firstOpenField(toValue(form), answers.value, day()))
  const problems = computed(() => {
    const own = result.value.ok
      ? []
      : result.value.problems.filter((problem) => told.value.has(answerPath(problem)))
    return new Map([...fromServer.value, ...own].map((problem) => [answerPath(problem), problem]))
  })

  function start(begin: Answers, carriedBefore: Iterable<string> = []): void {
    answers.value = begin
    carried.value = new Set(carriedBefore)
    told.value = new Set()
    fromServer.value = []
  }
  function set(id: string, value: AnswerValue | undefined): void {
    const { [id]: before, ...rest } = answers.value
    if (isRowsAnswer(before)) told.value = toldAfter(told.value, id, before, value)
    answers.value = value === undefined ? rest : { ...rest, [id]: value }
    carried.value = new Set([...carried.value].filter((other) => other !== id))
    fromServer.value = fromServer.value.filter(({ field }) => field !== id)
  }
  /** A field was left: from now on its problem is shown while it lasts. */
  function leave(path: string): void {
    if (answerAt(toValue(form), answers.value, path)) told.value = new Set([...told.value, path])
  }
  function carry(last: Answers): void {
    answers.value = withCarried(toValue(form), answers.value, last, day())
    carried.value = new Set(carriedIds(toValue(form), last, day()))
  }
  /** Everything is checked and every problem shown; the answers to send, or null and the first field to mend. */
  function check(): { answers: Answers } | { firstProblem: string } {
    if (result.value.ok) return { answers: result.value.answers }
    const wrong = result.value.problems
    told.value = new Set(wrong.map(answerPath))
    const first = visible.value.find(({ id }) => wrong.some(({ field }) => field === id))
    const problem = wrong.find(({ field }) => field === first?.id)
    return { firstProblem: problem ? answerPath(problem) : (toValue(form).fields[0]?.id ?? '') }
  }
  function refuse(given: readonly FieldProblem[]): void {
    fromServer.value = given
  }
  /** Ids to name as carried when filing: those still shown and untouched. */
  const carriedShown = computed(() =>
    visible.value.filter(({ id }) => carried.value.has(id)).map(({ id }) => id),
  )

  return {
    answers,
    /** The day of filing, from which days are counted. */
    day,
    visible,
    valueOf,
    rowsOf,
    problems,
    progress,
    carried,
    carriedShown,
    start,
    set,
    leave,
    carry,
    check,
    firstOpen,
    refuse,
  }
}
